// Which states of an automaton lead anywhere.
#pragma once

#include <vector>

#include "grammar/byte_nfa.h"

namespace ashlar::grammar {

// Those from which an end (of their rule, or of what is looked for) is reached by bytes of the
// alphabet, behind the text's first. Looking around is taken to succeed.
std::vector<bool> live_states(const ByteNfa& nfa, const ByteSet& alphabet);

}  // namespace ashlar::grammar
