// Filters on single values: defaults, numbers, JSON.
#include <fmt/format.h>

#include <cmath>

#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/number_text.h"
#include "chat/tojson.h"

namespace ashlar::chat {
namespace {

Result<Value> default_value(Evaluator&, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("default", {"default_value", "boolean"}));
  const bool missing = input.is<const Undefined*>() || (arguments.flag(1, false) && !truth(input));
  if (!missing) return input;
  return arguments.at(0) ? *arguments.at(0) : Value(Text());
}

Result<Value> absolute(Evaluator&, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("abs", {}));
  if (const auto* real = input.get<double>()) return Value(std::abs(*real));
  const auto integer = integer_of(input);
  if (!integer)
    return python_error(fmt::format("bad operand type for abs(): '{}'", type_name(input)));
  if (*integer == INT64_MIN) return fail(ErrorKind::unsupported, "an integer of more than 64 bits");
  return Value(*integer < 0 ? -*integer : *integer);
}

Result<Value> truncated(double real) {
  if (!std::isfinite(real)) return python_error("cannot convert float infinity or NaN to integer");
  if (std::abs(real) >= 9223372036854775808.0)
    return fail(ErrorKind::unsupported, "an integer of more than 64 bits");
  return Value(static_cast<std::int64_t>(real));
}

// What can't be read as a number gives the default.
Result<Value> integer(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("int", {"default", "base"}));
  const Value otherwise = arguments.at(0) ? *arguments.at(0) : Value(std::int64_t{0});
  if (const auto* undefined = input.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  if (const auto whole = integer_of(input)) return Value(*whole);
  if (const auto* real = input.get<double>()) {
    return std::isnan(*real) ? Result<Value>(otherwise) : truncated(*real);
  }
  const Text* text = input.get<Text>();
  if (!text) return otherwise;
  ASHLAR_TRY(evaluator.meter().scan(text->size()));
  ASHLAR_ASSIGN(const std::int64_t base, arguments.integer(1, 10));
  ASHLAR_ASSIGN(const std::optional<std::int64_t> whole, read_integer(text->view(), base));
  if (whole) return Value(*whole);
  const std::optional<double> real = read_float(text->view());
  return real && std::isfinite(*real) ? truncated(*real) : Result<Value>(otherwise);
}

Result<Value> real(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("float", {"default"}));
  if (const auto* undefined = input.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  if (const auto number = number_of(input)) return Value(*number);
  if (const Text* text = input.get<Text>()) {
    ASHLAR_TRY(evaluator.meter().scan(text->size()));
    if (const auto number = read_float(text->view())) return Value(*number);
  }
  return arguments.at(0) ? *arguments.at(0) : Value(0.0);
}

// Half to even on the exact decimal value, as Python's round().
Result<Value> round_common(const Value& input, std::int64_t precision) {
  if (precision < 0)
    return fail(ErrorKind::unsupported, "round with a negative precision", {},
                "divide, round and multiply");
  if (const auto whole = integer_of(input)) return Value(*whole);
  const auto* number = input.get<double>();
  if (!number)
    return python_error(fmt::format("type {} doesn't define __round__ method", type_name(input)));
  if (precision > 323 || !std::isfinite(*number)) return input;
  const std::string digits = fmt::format("{:.{}f}", *number, static_cast<int>(precision));
  return Value(*read_float(digits));
}

Result<Value> round(Evaluator&, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("round", {"precision", "method"}));
  if (const auto* undefined = input.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  ASHLAR_ASSIGN(const std::int64_t precision, arguments.integer(0, 0));
  ASHLAR_ASSIGN(const std::optional<Text> given, arguments.text(1));
  const std::string_view method = given ? given->view() : "common";
  if (method == "common") return round_common(input, precision);
  if (method != "ceil" && method != "floor")
    return python_error("method must be common, ceil or floor");
  const std::optional<double> number = number_of(input);
  if (!number) return python_error(fmt::format("round needs a number, not '{}'", type_name(input)));
  const double scale = std::pow(10.0, static_cast<double>(precision));
  const double scaled = *number * scale;
  if (!std::isfinite(scaled) || scale == 0) return python_error("cannot round: out of range");
  return Value((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

Result<Value> tojson(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("tojson", {"ensure_ascii", "indent", "separators", "sort_keys"}));
  ASHLAR_ASSIGN(const JsonStyle style, json_style(arguments));
  return to_json(evaluator, input, style);
}

}  // namespace

std::span<const NamedFilter> value_filters() {
  static constexpr NamedFilter kTable[] = {
      {"abs", absolute}, {"d", default_value}, {"default", default_value}, {"float", real},
      {"int", integer},  {"round", round},     {"tojson", tojson},
  };
  return kTable;
}

}  // namespace ashlar::chat
