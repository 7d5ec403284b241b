#include "chat/format_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/repr.h"
#include "chat/string_ops.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

constexpr std::int64_t kMaxPrecision = 700;  // fmt has no more digits of a double

// A number in its parts: sign, prefix like 0x, digits.
struct Parts {
  std::string sign, digits;
};

std::string sign_of(bool negative, char rule) {
  if (negative) return "-";
  return rule == '-' ? "" : std::string(1, rule);
}

std::string group_digits(const std::string& digits, char separator, std::size_t every) {
  const std::size_t whole =
      std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
  std::string out;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i && (whole - i) % every == 0) out += separator;
    out += digits[i];
  }
  return out + digits.substr(whole);
}

std::string integer_digits(std::uint64_t value, char type) {
  switch (type) {
    case 'x': return fmt::format("{:x}", value);
    case 'X': return fmt::format("{:X}", value);
    case 'o': return fmt::format("{:o}", value);
    case 'b': return fmt::format("{:b}", value);
    default: return fmt::format("{}", value);
  }
}

Parts integer_parts(std::int64_t value, const FormatSpec& spec) {
  const auto magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  Parts parts{sign_of(value < 0, spec.sign), integer_digits(magnitude, spec.type)};
  const bool decimal = spec.type == 'd' || spec.type == 0 || spec.type == 'n';
  if (spec.group) parts.digits = group_digits(parts.digits, spec.group, decimal ? 3 : 4);
  if (spec.precision && static_cast<std::int64_t>(parts.digits.size()) < *spec.precision)
    parts.digits.insert(0, static_cast<std::size_t>(*spec.precision) - parts.digits.size(), '0');
  if (spec.alternate && !decimal) parts.sign += std::string("0") + spec.type;
  return parts;
}

// As g, but told from an integer: 2.0, or with an exponent where no digit is left for it.
std::string general_with_point(double value, std::size_t precision) {
  std::string text = fmt::format("{:.{}g}", value, precision);
  if (text.find_first_of(".e") != text.npos) return text;
  if (text.size() < precision) return text + ".0";
  text = fmt::format("{:.{}e}", value, precision - 1);
  const std::size_t exponent = text.find('e');
  std::size_t end = exponent;
  while (text.find('.') < end && (text[end - 1] == '0' || text[end - 1] == '.')) --end;
  return text.substr(0, end) + text.substr(exponent);
}

std::string float_digits(double value, const FormatSpec& spec, int precision) {
  switch (spec.type) {
    case 'e': return fmt::format("{:.{}e}", value, precision);
    case 'E': return fmt::format("{:.{}E}", value, precision);
    case 'g':
    case 'n': return fmt::format("{:.{}g}", value, std::max(precision, 1));
    case 'G': return fmt::format("{:.{}G}", value, std::max(precision, 1));
    case '%': return fmt::format("{:.{}f}%", value * 100, precision);
    case 0:
      if (!spec.precision) return float_repr(value);
      return general_with_point(value, static_cast<std::size_t>(std::max(precision, 1)));
    default: return fmt::format("{:.{}f}", value, precision);
  }
}

Parts float_parts(double value, const FormatSpec& spec) {
  const bool negative = std::signbit(value) && !std::isnan(value);
  Parts parts{sign_of(negative, spec.sign), {}};
  const double magnitude = std::abs(value);
  if (std::isfinite(value)) {
    parts.digits = float_digits(magnitude, spec, static_cast<int>(spec.precision.value_or(6)));
  } else {
    const bool capitals = spec.type == 'E' || spec.type == 'F' || spec.type == 'G';
    parts.digits = std::isnan(value) ? (capitals ? "NAN" : "nan") : (capitals ? "INF" : "inf");
    if (spec.type == '%') parts.digits += '%';
  }
  if (spec.group) parts.digits = group_digits(parts.digits, spec.group, 3);
  return parts;
}

Result<Text> padded(Meter& meter, const Text& text, const FormatSpec& spec, char align) {
  const int side = align == '<' ? 1 : align == '^' ? 0 : -1;
  if (align != '^') return pad(meter, text, spec.width, Text(spec.fill), side);
  // format() centers with the larger half at the right, unlike str.center.
  const auto length = static_cast<std::int64_t>(count_points(text.view()));
  const std::int64_t left = std::max<std::int64_t>(spec.width - length, 0) / 2;
  ASHLAR_ASSIGN(const Text half, pad(meter, text, length + left, Text(spec.fill), -1));
  return pad(meter, half, spec.width, Text(spec.fill), 1);
}

Result<Text> number_text(Meter& meter, const Parts& parts, const FormatSpec& spec) {
  const char align = spec.align ? spec.align : '>';
  if (align != '=') return padded(meter, Text(parts.sign + parts.digits), spec, align);
  const auto room = spec.width - static_cast<std::int64_t>(parts.sign.size());
  std::string digits = parts.digits;
  if (spec.group && spec.fill == "0")  // zeros are grouped too
    return fail(ErrorKind::unsupported, "zero padding with separated thousands");
  ASHLAR_ASSIGN(const Text filled, pad(meter, Text(digits), room, Text(spec.fill), -1));
  TextBuilder builder(meter);
  builder.append(parts.sign);
  builder.append(filled);
  return builder.finish();
}

tl::unexpected<Error> unknown_code(const Value& value, char type) {
  return python_error(
      fmt::format("Unknown format code '{}' for object of type '{}'", type, type_name(value)));
}

Result<Text> text_value(Evaluator& evaluator, const Value& value, const FormatSpec& spec) {
  if (spec.type && spec.type != 's') return unknown_code(value, spec.type);
  if (spec.align == '=')
    return python_error("'=' alignment not allowed in string format specifier");
  ASHLAR_ASSIGN(Text text, to_text(evaluator.meter(), value));
  if (spec.precision) {
    const std::size_t end = byte_of_point(
        text.view(), static_cast<std::size_t>(std::max<std::int64_t>(*spec.precision, 0)));
    ASHLAR_ASSIGN(text, cut(evaluator.meter(), text, 0, end));
  }
  return padded(evaluator.meter(), text, spec, spec.align ? spec.align : '<');
}

}  // namespace

Result<Text> format_value(Evaluator& evaluator, const Value& value, const FormatSpec& spec) {
  if (spec.precision && *spec.precision > kMaxPrecision)
    return fail(ErrorKind::too_large,
                fmt::format("a precision of {} is over {}", *spec.precision, kMaxPrecision));
  if (!is_number(value) || (value.is<bool>() && spec.is_empty()))
    return text_value(evaluator, value, spec);
  if (spec.type == 's') return unknown_code(value, 's');
  const std::string_view integer_types = "dxXobn";
  const bool as_integer = spec.type == 0 || integer_types.find(spec.type) != std::string_view::npos;
  if (spec.type == 'c') return unknown_code(value, 'c');
  if (const auto integer = integer_of(value); integer && as_integer)
    return number_text(evaluator.meter(), integer_parts(*integer, spec), spec);
  if (value.is<double>() && as_integer && spec.type != 0 && spec.type != 'n')
    return unknown_code(value, spec.type);
  return number_text(evaluator.meter(), float_parts(*number_of(value), spec), spec);
}

}  // namespace ashlar::chat
