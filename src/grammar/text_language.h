// What a schema says of a string, each as a set of texts read byte by byte in UTF-8: a pattern, a
// format, a list of texts, a length. kDead is entered where no text that begins so is in the set,
// so a complement is told by it too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/format.h"
#include "grammar/language.h"

namespace ashlar::grammar {

// The texts in which JSON Schema's `pattern` is found. Errors: bad_input, unsupported, too_large.
Result<std::unique_ptr<Language>> pattern_language(std::string_view pattern);

// The texts that the format accepts, and none else; without those that no automaton tells: A-labels
// in "hostname" and "email", and of "regex" all but a plain part. Errors: unsupported, where no
// part is worth it ("idn-hostname").
Result<std::unique_ptr<Language>> format_language(const Format& format);

Result<std::unique_ptr<Language>> literal_language(const std::vector<std::string>& texts);

// The texts of min … max code points.
class LengthLanguage : public Language {
 public:
  LengthLanguage(std::uint64_t min, std::optional<std::uint64_t> max) : min_(min), max_(max) {}

  StateId start() const override { return max_ && *max_ < min_ ? kDead : 1; }
  bool accepts(StateId state) const override { return state != kDead && state - 1 >= min_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  // Code points that must and that may still come. REQUIRES: not kDead.
  std::uint64_t min_left(StateId state) const { return min_ - std::min(min_, count(state)); }
  std::optional<std::uint64_t> max_left(StateId state) const;

 private:
  // States are 1 + code points read, up to the first count that changes nothing any more.
  static std::uint64_t count(StateId state) { return state - 1; }

  std::uint64_t min_;
  std::optional<std::uint64_t> max_;
};

// All of UTF-8, with no surrogates.
std::unique_ptr<Language> utf8_language();

}  // namespace ashlar::grammar
