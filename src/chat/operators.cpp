#include "chat/operators.h"

#include <fmt/format.h>

#include <cmath>

#include "chat/evaluate.h"
#include "chat/format.h"

namespace ashlar::chat {
namespace {

constexpr std::string_view kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

tl::unexpected<Error> mismatch(BinaryOp op, const Value& left, const Value& right) {
  for (const Value* side : {&left, &right})
    if (const auto* undefined = side->get<const Undefined*>())
      return tl::unexpected<Error>(undefined_error(**undefined));
  if (op == BinaryOp::add && (left.is<Text>() || left.is<Sequence*>()))
    return python_error(fmt::format("can only concatenate {0} (not \"{1}\") to {0}",
                                    type_name(left), type_name(right)),
                        "turn it into a string with |string, or join with ~");
  return python_error(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'",
                                  kSymbols[static_cast<int>(op)], type_name(left),
                                  type_name(right)));
}

tl::unexpected<Error> too_wide() {
  return fail(ErrorKind::unsupported, "an integer of more than 64 bits", {}, "use a float");
}

Result<Value> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  for (;; base *= base) {
    if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) return too_wide();
    exponent >>= 1;
    if (exponent == 0) return Value(result);
    if (base > 3037000499 || base < -3037000499) return too_wide();  // its square would overflow
  }
}

std::int64_t floor_divided(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

Result<Value> integers(BinaryOp op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  switch (op) {
    case BinaryOp::add:
      if (__builtin_add_overflow(a, b, &result)) return too_wide();
      return Value(result);
    case BinaryOp::subtract:
      if (__builtin_sub_overflow(a, b, &result)) return too_wide();
      return Value(result);
    case BinaryOp::multiply:
      if (__builtin_mul_overflow(a, b, &result)) return too_wide();
      return Value(result);
    case BinaryOp::divide:
      if (b == 0) return python_error("division by zero");
      return Value(static_cast<double>(a) / static_cast<double>(b));
    case BinaryOp::floor_divide:
    case BinaryOp::modulo:
      if (b == 0) return python_error("integer division or modulo by zero");
      if (b == -1) {  // INT64_MIN / -1 overflows
        if (op == BinaryOp::modulo) return Value(std::int64_t{0});
        return __builtin_sub_overflow(std::int64_t{0}, a, &result) ? too_wide()
                                                                   : Result<Value>(Value(result));
      }
      return Value(op == BinaryOp::modulo ? a - b * floor_divided(a, b) : floor_divided(a, b));
    case BinaryOp::power:
      if (b >= 0) return integer_power(a, b);
      if (a == 0) return python_error("0.0 cannot be raised to a negative power");
      return Value(std::pow(static_cast<double>(a), static_cast<double>(b)));
  }
  return too_wide();
}

// CPython's float_divmod.
double float_modulo(double a, double b) {
  double remainder = std::fmod(a, b);
  if (remainder == 0) return std::copysign(0.0, b);
  if ((b < 0) != (remainder < 0)) remainder += b;
  return remainder;
}

double float_floor_divide(double a, double b) {
  const double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floor = std::floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

Result<Value> floats(BinaryOp op, double a, double b) {
  if (b == 0 && (op == BinaryOp::divide || op == BinaryOp::floor_divide || op == BinaryOp::modulo))
    return python_error("float division by zero");
  switch (op) {
    case BinaryOp::add: return Value(a + b);
    case BinaryOp::subtract: return Value(a - b);
    case BinaryOp::multiply: return Value(a * b);
    case BinaryOp::divide: return Value(a / b);
    case BinaryOp::floor_divide: return Value(float_floor_divide(a, b));
    case BinaryOp::modulo: return Value(float_modulo(a, b));
    case BinaryOp::power: break;
  }
  if (a == 0 && b < 0) return python_error("0.0 cannot be raised to a negative power");
  const double result = std::pow(a, b);
  if (std::isnan(result) && !std::isnan(a) && !std::isnan(b))
    return fail(ErrorKind::unsupported, "complex numbers");
  if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
    return python_error("(34, 'Numerical result out of range')");
  return Value(result);
}

Result<Value> repeat(Evaluator& evaluator, const Value& value, std::int64_t times) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  if (const Text* text = value.get<Text>()) {
    TextBuilder builder(evaluator.meter());
    for (std::size_t i = 0; i < count && !text->empty() && !builder.full(); ++i)
      builder.append(*text);
    ASHLAR_ASSIGN(const Text repeated, builder.finish());
    return repeated.with_markup(text->markup());
  }
  const Sequence* sequence = value.as<Sequence*>();
  List items;
  for (std::size_t i = 0; i < count && !sequence->items.empty(); ++i) {
    ASHLAR_TRY(evaluator.meter().step(sequence->items.size()));
    items.insert(items.end(), sequence->items.begin(), sequence->items.end());
  }
  return evaluator.heap().sequence(sequence->kind, std::move(items));
}

bool is_repeatable(const Value& value) {
  const auto* sequence = value.get<Sequence*>();
  return value.is<Text>() || (sequence && (*sequence)->kind <= SequenceKind::tuple);
}

Result<Value> join(Evaluator& evaluator, const Text& left, const Text& right) {
  TextBuilder builder(evaluator.meter());
  const bool markup = left.markup() || right.markup();
  for (const Text* side : {&left, &right}) {
    if (!markup) {
      builder.append(*side);
      continue;
    }
    ASHLAR_ASSIGN(const Text escaped, escape_html(evaluator.meter(), *side));
    builder.append(escaped);
  }
  ASHLAR_ASSIGN(const Text joined, builder.finish());
  return joined.with_markup(markup);
}

Result<Value> concatenate(Evaluator& evaluator, const Value& left, const Value& right) {
  const Text *a = left.get<Text>(), *b = right.get<Text>();
  if (a && b) return join(evaluator, *a, *b);
  const auto *s = left.get<Sequence*>(), *t = right.get<Sequence*>();
  const bool alike = s && t && (*s)->kind == (*t)->kind && (*s)->kind <= SequenceKind::tuple;
  if (!alike) return mismatch(BinaryOp::add, left, right);
  ASHLAR_TRY(evaluator.meter().step((*s)->items.size() + (*t)->items.size()));
  List items = (*s)->items;
  items.insert(items.end(), (*t)->items.begin(), (*t)->items.end());
  return evaluator.heap().sequence((*s)->kind, std::move(items));
}

}  // namespace

Result<Value> binary(Evaluator& evaluator, BinaryOp op, const Value& left, const Value& right) {
  if (is_number(left) && is_number(right)) {
    const auto a = integer_of(left), b = integer_of(right);
    return a && b ? integers(op, *a, *b) : floats(op, *number_of(left), *number_of(right));
  }
  if (op == BinaryOp::add) return concatenate(evaluator, left, right);
  if (op == BinaryOp::multiply && is_repeatable(left) && integer_of(right))
    return repeat(evaluator, left, *integer_of(right));
  if (op == BinaryOp::multiply && is_repeatable(right) && integer_of(left))
    return repeat(evaluator, right, *integer_of(left));
  if (op == BinaryOp::modulo && left.is<Text>())
    return format_printf(evaluator, left.as<Text>(), right);
  return mismatch(op, left, right);
}

Result<Value> unary(UnaryOp op, const Value& operand) {
  if (op == UnaryOp::logical_not) return Value(!truth(operand));
  if (const auto* undefined = operand.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  const bool minus = op == UnaryOp::minus;
  if (const auto* real = operand.get<double>()) return Value(minus ? -*real : *real);
  const auto integer = integer_of(operand);
  if (!integer)
    return python_error(
        fmt::format("bad operand type for unary {}: '{}'", minus ? "-" : "+", type_name(operand)));
  if (minus && *integer == INT64_MIN) return too_wide();
  return Value(minus ? -*integer : *integer);
}

Result<Text> escape_html(Meter& meter, const Text& text) {
  if (text.markup()) return text;
  static constexpr std::pair<char, std::string_view> kEntities[] = {
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'\'', "&#39;"}, {'"', "&#34;"}};
  TextBuilder builder(meter);
  std::size_t copied = 0;
  const std::string_view view = text.view();
  for (std::size_t at = view.find_first_of("&<>'\""); at != std::string_view::npos;
       at = view.find_first_of("&<>'\"", at + 1)) {
    builder.append(text, copied, at);
    copied = at + 1;
    for (const auto& [c, entity] : kEntities)
      if (view[at] == c) builder.append(entity, text.has_input());
  }
  builder.append(text, copied, text.size());
  ASHLAR_ASSIGN(const Text escaped, builder.finish());
  return escaped.with_markup(true);
}

}  // namespace ashlar::chat
