// What of Unicode's properties only PCRE2's tables have: scripts, and those that are true or false.
#pragma once

#include <optional>
#include <string_view>

#include "grammar/code_set.h"

namespace ashlar::grammar {

// As ECMA-262 names them: "Script=Greek", "sc=Grek", "scx=…", "Alphabetic". Nothing where there is
// none of the name. Every code point is tried: some tens of milliseconds.
std::optional<CodeSet> tabled_property(std::string_view name);

}  // namespace ashlar::grammar
