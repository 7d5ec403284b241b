// The texts that a regular expression matches from their first byte to their last, as a
// deterministic automaton whose states are made when they are first entered.
#pragma once

#include <memory>

#include "grammar/byte_nfa.h"
#include "grammar/language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostRegexMemory = std::size_t{64} << 20;  // bytes of its states

// `alphabet` are bytes that can be written one by one: a state from which only others lead to an
// end is none; kDead is the start where no text is left. Errors: too_large.
Result<std::unique_ptr<Language>> regex_language(const Regex& regex, const ByteSet& alphabet);

}  // namespace ashlar::grammar
