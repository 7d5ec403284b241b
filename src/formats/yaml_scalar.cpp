#include "formats/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <tuple>

#include "formats/document_builder.h"

namespace ashlar::formats {
namespace {

using base::Json;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - begin;
}

// [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+
struct Digits {
  std::string_view digits;
  int base;
  bool negative;
};
std::optional<Digits> integer_digits(std::string_view text) {
  for (const auto& [prefix, base, set] :
       {std::tuple{"0o", 8, "01234567"}, std::tuple{"0x", 16, "0123456789abcdefABCDEF"}})
    if (text.starts_with(prefix) && text.size() > 2 &&
        text.find_first_not_of(set, 2) == std::string_view::npos)
      return Digits{text.substr(2), base, false};
  const bool sign = text.starts_with('-') || text.starts_with('+');
  const std::string_view digits = text.substr(sign ? 1 : 0);
  if (digits.empty() || digits_at(digits, 0) != digits.size()) return std::nullopt;
  return Digits{digits, 10, text.front() == '-'};
}

Result<Json> integer(const Digits& written, std::string_view text) {
  std::uint64_t size = 0;
  const std::string_view digits = written.digits;
  const bool fits =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, written.base).ec ==
      std::errc();
  constexpr std::uint64_t kMostNegative = std::uint64_t{1} << 63;
  if (!fits || (written.negative && size > kMostNegative))
    return fail(ErrorKind::unsupported,
                fmt::format("the integer {} needs more than 64 bits", text.substr(0, 40)), {},
                "write it as a string, in quotes");
  if (!written.negative) return Json(size);
  return json_of_integer(static_cast<std::int64_t>(~size + 1));
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, ++at);
    if (whole + fraction == 0) return false;
    at += fraction;
  } else if (whole == 0) {
    return false;
  }
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t exponent = digits_at(text, at);
  return exponent > 0 && at + exponent == text.size();
}

Result<Json> number(std::string_view text) {
  const std::string_view unsigned_text = text.substr(text.starts_with('+') ? 1 : 0);
  double value = 0;
  if (std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), value)
          .ec == std::errc())
    return Json(value);
  return fail(ErrorKind::too_large, fmt::format("no double holds {}", text.substr(0, 40)), {},
              "write it as a string, in quotes");
}

}  // namespace

Result<Json> resolve_yaml_scalar(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Json(nullptr);
  if (is_one_of(text, {"true", "True", "TRUE"})) return Json(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return Json(false);
  if (const auto digits = integer_digits(text)) return integer(*digits, text);
  if (is_float(text)) return number(text);
  const std::string_view unsigned_text =
      text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (is_one_of(unsigned_text, {".inf", ".Inf", ".INF"}) ||
      is_one_of(text, {".nan", ".NaN", ".NAN"}))
    return fail(ErrorKind::unsupported, "a number that is not finite", {},
                "write it as a string, in quotes");
  return Json(std::string(text));
}

}  // namespace ashlar::formats
