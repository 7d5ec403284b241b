#include "chat/number_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(leading_space(text));
  text.remove_suffix(trailing_space(text));
  return text;
}

// Without underscores; nothing when one doesn't stand between two letters or digits.
std::optional<std::string> without_underscores(std::string_view text) {
  const auto is_alnum = [&](std::size_t i) {
    const char c = i < text.size() ? text[i] : ' ';
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_')
      out += text[i];
    else if (i == 0 || !is_alnum(i - 1) || !is_alnum(i + 1))
      return std::nullopt;
  }
  return out;
}

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

// The base a prefix like 0x names, or 0.
int prefix_base(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  const char letter = static_cast<char>(text[1] | 0x20);
  return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
}

}  // namespace

Result<std::optional<std::int64_t>> read_integer(std::string_view text, std::int64_t base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  const std::optional<std::string> clean = without_underscores(trimmed(text));
  if (!clean) return std::nullopt;
  std::string_view digits = *clean;
  const bool negative = take_sign(digits);
  const int named = prefix_base(digits);
  if (named && (base == 0 || base == named)) {
    digits.remove_prefix(2);
    base = named;
  } else if (base == 0) {
    base = 10;
  }
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  const std::string signed_digits = (negative ? "-" : "") + std::string(digits);
  std::int64_t value = 0;
  const char* end = signed_digits.data() + signed_digits.size();
  const auto read = std::from_chars(signed_digits.data(), end, value, static_cast<int>(base));
  if (read.ptr != end) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range)
    return fail(ErrorKind::unsupported,
                fmt::format("the integer {} needs more than 64 bits", signed_digits.substr(0, 40)));
  return std::optional<std::int64_t>(value);
}

std::optional<double> read_float(std::string_view text) {
  const std::optional<std::string> clean = without_underscores(trimmed(text));
  if (!clean) return std::nullopt;
  std::string_view digits = *clean;
  const bool negative = take_sign(digits);
  std::string word;
  for (const char c : digits.substr(0, 9)) word += static_cast<char>(c | 0x20);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (word == "inf" || word == "infinity") return negative ? -kInfinity : kInfinity;
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  const bool begins =
      !digits.empty() && ((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.');
  if (!begins) return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ptr != digits.data() + digits.size() || read.ec == std::errc::invalid_argument)
    return std::nullopt;
  if (read.ec == std::errc::result_out_of_range)
    value = word.find("e-") != std::string::npos || digits.find("e-") != std::string_view::npos ||
                    digits.find("E-") != std::string_view::npos
                ? 0.0
                : kInfinity;
  return negative ? -value : value;
}

}  // namespace ashlar::chat
