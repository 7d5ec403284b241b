// RFC 3339's full-time as an automaton: a leap second only at the local time at which UTC has it.
#pragma once

#include <memory>

#include "grammar/language.h"

namespace ashlar::grammar {

// The texts of is_time().
std::unique_ptr<Language> time_language();

}  // namespace ashlar::grammar
