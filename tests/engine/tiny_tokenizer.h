// A real tokenizer over 32 tokens, built in memory: <eos>, a … z, space, the two halves of é, and
// two merged pairs.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "formats/gguf.h"
#include "tests/support/gguf_builder.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::test {

inline constexpr std::uint32_t kTinyVocabulary = 32;
inline constexpr tokenizer::TokenId kTinyEos = 0, kTinySpace = 27, kTinyHalf1 = 28, kTinyHalf2 = 29,
                                    kTinyAb = 30, kTinyBc = 31;

inline tokenizer::TokenId letter(char c) {
  return static_cast<tokenizer::TokenId>(c - 'a' + 1);
}

inline std::vector<tokenizer::TokenId> letters(std::string_view text) {
  std::vector<tokenizer::TokenId> ids;
  for (const char c : text) ids.push_back(c == ' ' ? kTinySpace : letter(c));
  return ids;
}

struct TinyOptions {
  bool eos = true;
  bool bos = false;  // z, and texts begin with it
};

inline std::shared_ptr<const tokenizer::Tokenizer> tiny_tokenizer(TinyOptions options = {}) {
  std::vector<std::string> tokens = {"<eos>"};
  for (char c = 'a'; c <= 'z'; ++c) tokens.emplace_back(1, c);
  for (const char* spelled : {"Ġ", "Ã", "©", "ab", "bc"}) tokens.emplace_back(spelled);
  std::vector<std::int32_t> types(tokens.size(), 1);
  types[kTinyEos] = 3;
  GgufBuilder builder;
  builder.string("general.architecture", "llama")
      .string("tokenizer.ggml.model", "gpt2")
      .string("tokenizer.ggml.pre", "gpt-2")
      .strings("tokenizer.ggml.tokens", tokens)
      .i32s("tokenizer.ggml.token_type", types)
      .strings("tokenizer.ggml.merges", {"a b", "b c"});
  if (options.eos) builder.u32("tokenizer.ggml.eos_token_id", kTinyEos);
  if (options.bos)
    builder.u32("tokenizer.ggml.bos_token_id", letter('z'))
        .boolean("tokenizer.ggml.add_bos_token", true);
  const std::string file = builder.build();
  const auto gguf = formats::Gguf::parse(bytes_of(file), "tiny");
  if (!gguf) throw std::runtime_error(gguf.error().line());
  auto tokenizer = tokenizer::Tokenizer::from_gguf(*gguf);
  if (!tokenizer) throw std::runtime_error(tokenizer.error().line());
  return *tokenizer;
}

}  // namespace ashlar::test
