// The shortest way from a state to an end.
#pragma once

#include <optional>
#include <string>

#include "grammar/language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostStatesToEnd = 4'000;  // that the search may meet

// By marks and letters, by digits, white space and others only where nothing else may come, if
// there is such a way; else by any bytes. Nothing where the search met its limit first. Errors: the
// language's.
Result<std::optional<std::string>> shortest_end(Language& language, StateId from);

}  // namespace ashlar::grammar
