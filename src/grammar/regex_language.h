// The texts that a regular expression matches from their first byte to their last, as a
// deterministic automaton whose states are made when they are first entered.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "grammar/byte_nfa.h"
#include "grammar/language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostRegexMemory = std::size_t{64} << 20;  // bytes

// `alphabet` are bytes that can be written one by one: a state from which only others lead to an
// end is none; kDead is the start where no text is left. Where the expression looks around, a state
// may be one without an end. Errors: too_large.
Result<std::unique_ptr<Language>> regex_language(const Regex& regex, const ByteSet& alphabet);

// The same automaton as it looks for a match anywhere in a text. By one caller at a time.
class RegexSearch {
 public:
  virtual ~RegexSearch() = default;
  // `steps` grows by the bytes read and by what it took to make states. Errors: too_large.
  virtual Result<bool> search(std::string_view text, std::uint64_t& steps) = 0;
};
// REQUIRES: the automaton's last state is found.
Result<std::unique_ptr<RegexSearch>> regex_search(ByteNfa nfa, std::size_t most_memory);

}  // namespace ashlar::grammar
