// Cuts a text at the matches of a pattern, in the ways that Hugging Face's `tokenizers` names.
// Source: its NormalizedString::split (tokenizer/normalizer.rs).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {

// Where the matches are: in order, disjoint, perhaps empty.
class Pattern {
 public:
  using Found = std::function<Status(TextRange)>;

  virtual ~Pattern() = default;
  // Stops at the first error, its own (`exhausted`) or that of `found`.
  virtual Status each_match(std::string_view text, const Found& found) const = 0;
  // Whether each character's class alone decides.
  virtual bool is_by_class() const { return false; }
};

// REQUIRES: text isn't empty.
std::unique_ptr<const Pattern> literal_pattern(std::string text);
// Each numeric character is a match.
std::unique_ptr<const Pattern> numeric_pattern();

// What becomes of a match: a piece of its own, nothing, one piece with the matches beside it, or a
// part of the piece before it or after it.
enum class SplitBehavior : std::uint8_t {
  isolated,
  removed,
  contiguous,
  merged_with_previous,
  merged_with_next,
};

// The pieces that aren't empty, in order.
using PieceSink = std::function<Status(std::string_view)>;

// With `invert` what lies between the matches is taken for the matches.
Status split(std::string_view text, const Pattern& pattern, SplitBehavior behavior, bool invert,
             const PieceSink& piece);

}  // namespace ashlar::tokenizer
