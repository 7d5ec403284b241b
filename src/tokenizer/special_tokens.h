// Finds tokens that are recognized by their spelling, before any pre-tokenizer or merge: control
// tokens, on request, and user-defined ones, always. The leftmost match wins, of those the longest,
// as the added tokens of Hugging Face's `tokenizers`.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary.h"

namespace ashlar::tokenizer {

// One of them, and how it takes to what stands beside it.
struct SpecialToken {
  std::string spelling;
  TokenId id = 0;
  bool on_request = false;   // control and unknown tokens
  bool single_word = false;  // only where no letter, number or the like touches it
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space behind it
};

class SpecialTokens {
 public:
  explicit SpecialTokens(const Vocabulary& vocabulary);
  // Empty spellings and all but the first of equal ones are left out.
  explicit SpecialTokens(std::vector<SpecialToken> tokens);

  struct Match {
    std::size_t begin, end;   // with the white space that it takes
    std::size_t spelled_end;  // without: where to look for the next one
    TokenId id;
  };
  // The first match that is spelled at `from` or later; text before `taken` was part of one before
  // it. As in the reference a spelling may begin with white space that the one before has taken:
  // then the match begins before `taken`. Control tokens only with parse_special and
  // outside the literal ranges. O(length of what is passed over) for spellings of bounded length.
  std::optional<Match> next(std::string_view text, std::size_t from, std::size_t taken,
                            const EncodeOptions& options) const;

  std::optional<TokenId> find(std::string_view spelling) const;
  bool empty() const { return tokens_.empty(); }
  // Whether one that needs no request may begin with the byte.
  bool may_begin(std::uint8_t byte) const { return begins_unasked_[byte]; }

 private:
  const SpecialToken* longest_at(std::string_view text, std::size_t at, std::size_t trusted) const;

  std::vector<SpecialToken> tokens_;        // by spelling
  std::array<bool, 256> begins_token_{};    // is there a token with this first byte?
  std::array<bool, 256> begins_unasked_{};  // and one that isn't on_request?
};

}  // namespace ashlar::tokenizer
