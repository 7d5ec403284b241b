// Vocabularies small enough to read, as GGUF files in memory: the 256 bytes, what merges make of
// them, and special tokens after those.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/gguf.h"
#include "tests/support/gguf_builder.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::test {

struct SmallVocabulary {
  std::string model = "gpt2", pre = "gpt-2";
  std::vector<std::string> tokens;
  std::vector<std::int32_t> types;
  std::vector<std::string> merges;
  std::vector<std::pair<std::string, std::uint32_t>> ids;  // tokenizer.ggml.KEY_token_id
  std::vector<std::pair<std::string, bool>> switches;      // tokenizer.ggml.KEY

  // Token i is byte i.
  static SmallVocabulary of_bytes() {
    SmallVocabulary vocabulary;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const char as_text = static_cast<char>(byte);
      vocabulary.add(tokenizer::spelling_of_bytes({&as_text, 1}));
    }
    return vocabulary;
  }

  // The id it gets.
  std::uint32_t add(std::string spelling, std::int32_t type = 1) {
    tokens.push_back(std::move(spelling));
    types.push_back(type);
    return static_cast<std::uint32_t>(tokens.size() - 1);
  }

  // Two tokens in the byte-level alphabet, and the token that they join to.
  std::uint32_t merge(const std::string& left, const std::string& right) {
    merges.push_back(left + " " + right);
    return add(left + right);
  }

  std::string file() const {
    GgufBuilder builder;
    builder.string("tokenizer.ggml.model", model).string("tokenizer.ggml.pre", pre);
    builder.strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", merges);
    if (!types.empty()) builder.i32s("tokenizer.ggml.token_type", types);
    for (const auto& [key, id] : ids) builder.u32("tokenizer.ggml." + key + "_token_id", id);
    for (const auto& [key, on] : switches) builder.boolean("tokenizer.ggml." + key, on);
    return builder.build();
  }

  Result<std::shared_ptr<const tokenizer::Tokenizer>> try_load() const {
    const std::string bytes = file();
    ASHLAR_ASSIGN(const auto gguf, formats::Gguf::parse(bytes_of(bytes), "built"));
    return tokenizer::Tokenizer::from_gguf(gguf);
  }

  std::shared_ptr<const tokenizer::Tokenizer> load() const {
    auto tokenizer = try_load();
    if (!tokenizer) ADD_FAILURE() << tokenizer.error().line();
    return tokenizer.value_or(nullptr);
  }

  // The error of a file that must not load.
  Error refusal() const {
    const auto tokenizer = try_load();
    if (!tokenizer) return tokenizer.error();
    ADD_FAILURE() << "the vocabulary loads";
    return {};
  }
};

}  // namespace ashlar::test
