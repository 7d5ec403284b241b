#include "chat/strftime.h"

#include <fmt/format.h>

#include <cctype>
#include <ctime>

namespace ashlar::chat {
namespace {

constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

int weeks(const std::tm& t, int first_day) {
  return (t.tm_yday + 7 - (t.tm_wday - first_day + 7) % 7) / 7;
}

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// ISO 8601: the year and the week that hold the Thursday of this week.
std::pair<int, int> iso_week(const std::tm& t) {
  const int year = t.tm_year + 1900;
  const int weekday = (t.tm_wday + 6) % 7;  // Monday is 0
  const int thursday = t.tm_yday - weekday + 3;
  const int days = is_leap(year) ? 366 : 365;
  if (thursday < 0) return {year - 1, (thursday + (is_leap(year - 1) ? 366 : 365)) / 7 + 1};
  if (thursday >= days) return {year + 1, 1};
  return {year, thursday / 7 + 1};
}

int hour12(const std::tm& t) {
  return t.tm_hour % 12 == 0 ? 12 : t.tm_hour % 12;
}

// A number with its width and padding, which a flag between % and the letter overrides.
std::string number(int value, int width, char pad, char flag) {
  if (flag == '-') return fmt::format("{}", value);
  if (flag == '_') pad = ' ';
  if (flag == '0') pad = '0';
  return pad == '0' ? fmt::format("{:0{}}", value, width) : fmt::format("{:{}}", value, width);
}

std::string words(std::string text, char flag) {
  if (flag == '^')
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

struct Moment {
  std::tm t;
  int microseconds;
  std::time_t seconds;
};

std::string expand(std::string_view format, const Moment& now, char& unknown);

// Directives that stand for others. Empty when `letter` is none.
std::string_view composite(char letter) {
  switch (letter) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'r': return "%I:%M:%S %p";
    case 'R': return "%H:%M";
    case 'T':
    case 'X': return "%H:%M:%S";
    default: return {};
  }
}

std::string numeric(char letter, char flag, const Moment& now, char& unknown) {
  const std::tm& t = now.t;
  const int year = t.tm_year + 1900;
  switch (letter) {
    case 'C': return number(year / 100, 2, '0', flag);
    case 'd': return number(t.tm_mday, 2, '0', flag);
    case 'e': return number(t.tm_mday, 2, ' ', flag);
    case 'f': return fmt::format("{:06}", now.microseconds);
    case 'g': return number(iso_week(t).first % 100, 2, '0', flag);
    case 'G': return number(iso_week(t).first, 1, '0', flag);
    case 'H': return number(t.tm_hour, 2, '0', flag);
    case 'I': return number(hour12(t), 2, '0', flag);
    case 'j': return number(t.tm_yday + 1, 3, '0', flag);
    case 'k': return number(t.tm_hour, 2, ' ', flag);
    case 'l': return number(hour12(t), 2, ' ', flag);
    case 'm': return number(t.tm_mon + 1, 2, '0', flag);
    case 'M': return number(t.tm_min, 2, '0', flag);
    case 's': return fmt::format("{}", now.seconds);
    case 'S': return number(t.tm_sec, 2, '0', flag);
    case 'u': return number(t.tm_wday == 0 ? 7 : t.tm_wday, 1, '0', flag);
    case 'U': return number(weeks(t, 0), 2, '0', flag);
    case 'V': return number(iso_week(t).second, 2, '0', flag);
    case 'w': return number(t.tm_wday, 1, '0', flag);
    case 'W': return number(weeks(t, 1), 2, '0', flag);
    case 'y': return number(year % 100, 2, '0', flag);
    case 'Y': return number(year, 1, '0', flag);
    default: unknown = letter; return {};
  }
}

std::string directive(char letter, char flag, const Moment& now, char& unknown) {
  const auto day = static_cast<std::size_t>(now.t.tm_wday);
  const auto month = static_cast<std::size_t>(now.t.tm_mon);
  const bool morning = now.t.tm_hour < 12;
  if (const std::string_view parts = composite(letter); !parts.empty())
    return words(expand(parts, now, unknown), flag);
  switch (letter) {
    case '%': return "%";
    case 'n': return "\n";
    case 't': return "\t";
    case 'z':  // a time without zone has neither
    case 'Z': return "";
    case 'a': return words(std::string(kDays[day].substr(0, 3)), flag);
    case 'A': return words(std::string(kDays[day]), flag);
    case 'b':
    case 'h': return words(std::string(kMonths[month].substr(0, 3)), flag);
    case 'B': return words(std::string(kMonths[month]), flag);
    case 'p': return morning ? "AM" : "PM";
    case 'P': return morning ? "am" : "pm";
    default: return numeric(letter, flag, now, unknown);
  }
}

std::string expand(std::string_view format, const Moment& now, char& unknown) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    char flag = 0;
    ++i;
    if (std::string_view("-_0^").find(format[i]) != std::string_view::npos && i + 1 < format.size())
      flag = format[i++];
    out += directive(format[i], flag, now, unknown);
  }
  return out;
}

}  // namespace

Result<std::string> format_time(std::string_view format,
                                std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time);
  Moment now{};
  now.microseconds = static_cast<int>(duration_cast<microseconds>(time - whole).count());
  now.seconds = system_clock::to_time_t(whole);
  if (!localtime_r(&now.seconds, &now.t))
    return fail(ErrorKind::bad_input, "the clock's time has no date");
  char unknown = 0;
  std::string text = expand(format, now, unknown);
  if (unknown)
    return fail(ErrorKind::unsupported, fmt::format("the directive %{} in strftime_now", unknown));
  return text;
}

}  // namespace ashlar::chat
