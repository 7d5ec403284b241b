// Finds tokens that are recognized by their spelling, before any pre-tokenizer or merge: control
// tokens, on request, and user-defined ones, always. The leftmost match wins, of those the longest,
// as the added tokens of Hugging Face's `tokenizers`.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary.h"

namespace ashlar::tokenizer {

class SpecialTokens {
 public:
  // Keeps views of the vocabulary's bytes. REQUIRES: it outlives this and doesn't move.
  explicit SpecialTokens(const Vocabulary& vocabulary);

  struct Match {
    std::size_t begin, end;
    TokenId id;
  };
  // The first match that begins at `from` or later. Control tokens only with parse_special and
  // outside the literal ranges. O(length of what is passed over) for spellings of bounded length.
  std::optional<Match> next(std::string_view text, std::size_t from,
                            const EncodeOptions& options) const;

  std::optional<TokenId> find(std::string_view spelling) const;

 private:
  struct Entry {
    std::string_view spelling;
    TokenId id;
    bool on_request;  // control and unknown tokens
  };
  const Entry* longest_at(std::string_view text, std::size_t at, std::size_t trusted) const;

  std::vector<Entry> entries_;            // by spelling
  std::array<bool, 256> begins_token_{};  // is there an entry with this first byte?
};

}  // namespace ashlar::tokenizer
