// A moment that a caller writes down.
#pragma once

#include <chrono>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::cli {

// "2025-07-10T12:00:00" with a T or a space, seconds and a fraction optional, in local time; or a
// number of seconds since 1970. `where` is the JSON pointer for errors.
Result<std::chrono::system_clock::time_point> time_of(const base::Json& json, std::string where);

}  // namespace ashlar::cli
