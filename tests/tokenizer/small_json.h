// tokenizer.json files small enough to read: the 256 bytes and what merges make of them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::test {

struct SmallJson {
  base::Json json = base::Json::parse(R"({
    "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": null, "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "vocab": {}, "merges": []}})");

  // Token i is byte i.
  static SmallJson of_bytes() {
    SmallJson small;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const char as_text = static_cast<char>(byte);
      small.add(tokenizer::spelling_of_bytes({&as_text, 1}));
    }
    return small;
  }

  base::Json& at(const std::string& pointer) { return json[base::Json::json_pointer(pointer)]; }

  // The id it gets.
  std::uint32_t add(const std::string& spelling) {
    base::Json& vocabulary = at("/model/vocab");
    vocabulary[spelling] = vocabulary.size();
    return static_cast<std::uint32_t>(vocabulary.size() - 1);
  }

  std::uint32_t merge(const std::string& left, const std::string& right) {
    at("/model/merges").push_back(left + " " + right);
    return add(left + right);
  }

  // An added token behind the vocabulary and those before it; `flags` is an object.
  std::uint32_t added(const std::string& content, const char* flags) {
    base::Json& tokens = at("/added_tokens");
    const std::size_t id = at("/model/vocab").size() + tokens.size();
    base::Json token{{"id", id}, {"content", content}};
    token.update(base::Json::parse(flags));
    tokens.push_back(std::move(token));
    return static_cast<std::uint32_t>(id);
  }

  SmallJson& set(const std::string& pointer, const char* value) {
    at(pointer) = base::Json::parse(value);
    return *this;
  }

  std::string text() const { return base::write_json(json); }

  std::shared_ptr<const tokenizer::Tokenizer> load(
      const tokenizer::SpecialSpellings& special = {}) const {
    auto tokenizer = tokenizer::Tokenizer::from_json(text(), "t.json", special);
    if (!tokenizer) ADD_FAILURE() << tokenizer.error().line();
    return tokenizer.value_or(nullptr);
  }

  // The error of a file that must not load.
  Error refusal() const {
    const auto tokenizer = tokenizer::Tokenizer::from_json(text(), "t.json");
    if (!tokenizer) return tokenizer.error();
    ADD_FAILURE() << "the tokenizer loads";
    return {};
  }
};

}  // namespace ashlar::test
