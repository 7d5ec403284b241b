// What a plain scalar of YAML 1.2 means: its core schema (section 10.3.2), where yes, no and on are
// texts and 010 is ten.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::formats {

// A string where it is nothing else. unsupported for .inf, .nan and integers over 64 bits, which
// JSON's values don't have; too_large for a number that no double holds.
Result<base::Json> resolve_yaml_scalar(std::string_view text);

}  // namespace ashlar::formats
