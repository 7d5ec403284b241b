// The tokens of a file: what each decodes to and what kind it is. Read from tokenizer.ggml.tokens
// and tokenizer.ggml.token_type (docs/formats/tokenizer-gguf.md) or put together by who reads a
// tokenizer.json, every one of them checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {

// The numbers of GGUF.
enum class TokenType : std::uint8_t {
  normal = 1,
  unknown = 2,
  control = 3,
  user_defined = 4,
  unused = 5,
};

// Control and unknown tokens: never made from text unless the caller asks, skipped on decoding.
inline bool is_special(TokenType type) {
  return type == TokenType::control || type == TokenType::unknown;
}

// A longer token than this is refused: it bounds what one id may decode to.
inline constexpr std::size_t kMaxSpellingBytes = 4096;

class Vocabulary {
 public:
  static Result<Vocabulary> from_gguf(const formats::Gguf& file);

  // The token of the next id, spelled in the byte-level alphabet or `as_it_is`. REQUIRES: UTF-8 of
  // at most kMaxSpellingBytes.
  void append(std::string_view spelling, TokenType type, bool as_it_is);

  std::size_t size() const { return types_.size(); }
  // REQUIRES: id < size(), for both.
  std::string_view bytes_of(TokenId id) const {
    return std::string_view(bytes_).substr(ends_[id], ends_[id + 1] - ends_[id]);
  }
  TokenType type_of(TokenId id) const { return types_[id]; }

 private:
  Status add(std::string_view spelling, std::int64_t type, const formats::Gguf& file);

  std::string bytes_;                    // of all tokens, one after another
  std::vector<std::size_t> ends_ = {0};  // size() + 1: token i is [ends_[i], ends_[i + 1])
  std::vector<TokenType> types_;
};

// Spelling in the file → id, for reading merges. Views point into the file. Empty spellings, which
// some converters write for gaps, are left out; any other spelling given twice is an error.
using SpellingIndex = std::unordered_map<std::string_view, TokenId>;
Result<SpellingIndex> index_spellings(const formats::Gguf& file);

}  // namespace ashlar::tokenizer
