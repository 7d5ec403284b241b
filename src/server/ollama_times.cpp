#include "server/ollama_times.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <utility>

namespace ashlar::server {
namespace {

using base::Json;

// The longest unit that begins a text first: "ms" before "m".
constexpr auto kUnits = std::to_array<std::pair<std::string_view, double>>({{"ns", 1e-9},
                                                                            {"us", 1e-6},
                                                                            {"µs", 1e-6},
                                                                            {"μs", 1e-6},
                                                                            {"ms", 1e-3},
                                                                            {"s", 1},
                                                                            {"m", 60},
                                                                            {"h", 3600}});
constexpr double kMostSeconds = 9.2e9;  // what fits in nanoseconds of 64 bits

// Takes digits and a fraction from the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  if (text.empty() || text.front() == '-') return std::nullopt;
  const char* const first = text.data();
  const auto [end, error] =
      std::from_chars(first, first + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - first));
  return value;
}

std::optional<double> take_unit(std::string_view& text) {
  for (const auto& [name, seconds] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return seconds;
  }
  return std::nullopt;
}

std::optional<double> seconds_in(std::string_view text) {
  const double sign = text.starts_with('-') ? -1 : 1;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  auto number = take_number(text);
  if (number && text.empty()) return sign * *number;  // no unit: seconds
  double total = 0;
  while (number) {
    const auto unit = take_unit(text);
    if (!unit) return std::nullopt;
    total += *number * *unit;
    if (text.empty()) return sign * total;
    number = take_number(text);
  }
  return std::nullopt;
}

}  // namespace

std::string rfc3339(SystemTime time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time);
  const std::time_t stamp = system_clock::to_time_t(whole);
  std::tm parts{};
  ::gmtime_r(&stamp, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     duration_cast<nanoseconds>(time - whole).count());
}

Result<KeepAlive> parse_keep_alive(const Json& value) {
  std::optional<double> seconds;
  if (value.is_number())
    seconds = value.get<double>();
  else if (value.is_string())
    seconds = seconds_in(value.get_ref<const std::string&>());
  if (!seconds || !std::isfinite(*seconds))
    return fail(ErrorKind::bad_input, "keep_alive is no duration", "/keep_alive",
                R"(send seconds, or a duration as "5m"; -1 is for ever)");
  if (*seconds < 0) return KeepAlive{};
  if (*seconds > kMostSeconds)
    return fail(ErrorKind::too_large, fmt::format("keep_alive is {} s", *seconds), "/keep_alive",
                "send -1 for ever");
  return KeepAlive{std::chrono::nanoseconds(static_cast<std::int64_t>(*seconds * 1e9))};
}

}  // namespace ashlar::server
