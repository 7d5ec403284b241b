// The texts of a grammar, as an automaton whose states are sets of stacks: where each reading of
// the text so far stands in a rule, and where it goes on behind that. States are made when they are
// first entered.
#pragma once

#include <memory>

#include "grammar/byte_nfa.h"
#include "grammar/gbnf_syntax.h"
#include "grammar/language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostGrammarMemory = std::size_t{64} << 20;  // bytes of its states
inline constexpr std::uint32_t kMostStackDepth = 4096;       // rules inside of one another
inline constexpr std::uint64_t kMostReadingSteps = 1 << 22;  // for one byte

// `alphabet` as regex_language has it; kDead is the start where no text is left. Errors: too_large,
// also of next(): over one of the limits.
Result<std::unique_ptr<Language>> gbnf_language(const Gbnf& grammar, const ByteSet& alphabet);

}  // namespace ashlar::grammar
