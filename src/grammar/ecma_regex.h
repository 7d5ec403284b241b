// Reads a regular expression as ECMA-262 has it (section 22.2, with the u flag, but any punctuation
// may be escaped) and writes it in Perl's syntax. Knows nothing of matching.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::grammar {

struct EcmaRegex {
  std::string perl;
  // What no automaton can do: "lookahead", "lookbehind", "backreference"; empty for none.
  std::string_view backtracks = {};
};

// bad_input with the byte's offset for what ECMA-262 doesn't have. `where` names the keyword.
Result<EcmaRegex> translate_ecma_regex(std::string_view text, std::string_view where);

}  // namespace ashlar::grammar
