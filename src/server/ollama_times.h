// Times and durations as Ollama writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

using SystemTime = std::chrono::system_clock::time_point;

// RFC 3339 in UTC with nanoseconds: "2025-07-10T12:00:00.123456789Z".
std::string rfc3339(SystemTime time);

// How long a model stays open after a request.
struct KeepAlive {
  std::optional<std::chrono::nanoseconds> time;  // nullopt: for ever
  bool operator==(const KeepAlive&) const = default;
};

// Seconds as a number, or Go's durations: "5m", "1h30m", "250ms", "-1" without a unit too. Below 0
// is for ever. Errors are at /keep_alive.
Result<KeepAlive> parse_keep_alive(const base::Json& value);

}  // namespace ashlar::server
