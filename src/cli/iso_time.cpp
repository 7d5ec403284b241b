#include "cli/iso_time.h"

#include <cmath>
#include <ctime>
#include <optional>
#include <string_view>

namespace ashlar::cli {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

constexpr double kLastSecond = 253402300799.0;  // of the year 9999

// Takes exactly `digits` digits, after `before` unless that is 0.
bool take(std::string_view& text, char before, std::size_t digits, int& value) {
  if (before) {
    if (!text.starts_with(before)) return false;
    text.remove_prefix(1);
  }
  if (text.size() < digits) return false;
  value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return true;
}

// ".25" as microseconds; digits beyond the sixth don't count.
bool take_fraction(std::string_view& text, int& microseconds) {
  microseconds = 0;
  if (!text.starts_with('.')) return true;
  text.remove_prefix(1);
  int scale = 100'000;
  const std::size_t before = text.size();
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), scale /= 10)
    microseconds += (text[0] - '0') * scale;
  return text.size() < before;
}

std::optional<TimePoint> parse(std::string_view text) {
  std::tm t{};
  int year = 0, month = 0, microseconds = 0;
  if (!take(text, 0, 4, year) || !take(text, '-', 2, month) || !take(text, '-', 2, t.tm_mday))
    return std::nullopt;
  if (!text.empty()) {
    const char separator = text[0];
    if (separator != 'T' && separator != ' ') return std::nullopt;
    if (!take(text, separator, 2, t.tm_hour) || !take(text, ':', 2, t.tm_min)) return std::nullopt;
    if (!text.empty() && !take(text, ':', 2, t.tm_sec)) return std::nullopt;
    if (!take_fraction(text, microseconds) || !text.empty()) return std::nullopt;
  }
  t.tm_year = year - 1900;
  t.tm_mon = month - 1;
  t.tm_isdst = -1;
  const std::tm asked = t;
  const std::time_t seconds = std::mktime(&t);
  // mktime turns 31 February into March: such a date is none.
  const bool kept = t.tm_year == asked.tm_year && t.tm_mon == asked.tm_mon &&
                    t.tm_mday == asked.tm_mday && asked.tm_hour < 24 && asked.tm_min < 60 &&
                    asked.tm_sec < 60;
  if (!kept) return std::nullopt;
  return std::chrono::system_clock::from_time_t(seconds) + std::chrono::microseconds(microseconds);
}

}  // namespace

Result<TimePoint> time_of(const base::Json& json, std::string where) {
  if (json.is_number() && std::abs(json.get<double>()) <= kLastSecond) {
    const double seconds = json.get<double>();
    const double whole = std::floor(seconds);
    return std::chrono::system_clock::from_time_t(static_cast<std::time_t>(whole)) +
           std::chrono::microseconds(static_cast<std::int64_t>((seconds - whole) * 1e6));
  }
  if (json.is_string())
    if (const auto time = parse(json.get_ref<const std::string&>())) return *time;
  return fail(
      ErrorKind::bad_input,
      "no date and time: " + json.dump(-1, ' ', false, base::Json::error_handler_t::replace),
      std::move(where), "send \"2025-07-10T12:00:00\" or seconds since 1970");
}

}  // namespace ashlar::cli
