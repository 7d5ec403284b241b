// Source: Python's "printf-style String Formatting".
#include <fmt/format.h>

#include "chat/evaluate.h"
#include "chat/format.h"
#include "chat/format_spec.h"
#include "chat/number_text.h"
#include "chat/operators.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

constexpr std::int64_t kMaxField = 1'000'000'000;

class Printf {
 public:
  Printf(Evaluator& evaluator, const Text& format, const Value& values)
      : evaluator_(evaluator), format_(format), values_(values), out_(evaluator.meter()) {
    const auto* sequence = values.get<Sequence*>();
    if (sequence && (*sequence)->kind == SequenceKind::tuple)
      positional_ = (*sequence)->items;
    else
      positional_ = {values};
  }

  Result<Text> run() {
    const std::string_view view = format_.view();
    while (at_ < view.size()) {
      const std::size_t percent = std::min(view.find('%', at_), view.size());
      out_.append(format_, at_, percent);
      at_ = percent;
      if (at_ < view.size()) ASHLAR_TRY(field());
    }
    if (next_ < positional_.size() && !values_.is<Dict*>())
      return python_error("not all arguments converted during string formatting");
    ASHLAR_ASSIGN(const Text made, out_.finish());
    return made.with_markup(format_.markup());
  }

 private:
  char peek() const { return at_ < format_.size() ? format_.view()[at_] : '\0'; }

  Result<Value> take() {
    if (next_ >= positional_.size()) return python_error("not enough arguments for format string");
    return positional_[next_++];
  }

  Result<std::optional<Value>> named() {
    if (peek() != '(') return std::nullopt;
    const std::size_t close = format_.view().find(')', at_);
    if (close == std::string_view::npos) return python_error("incomplete format key");
    const auto* dict = values_.get<Dict*>();
    if (!dict) return python_error("format requires a mapping");
    const std::string_view key = format_.view().substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    const Value* value = find(**dict, key);
    if (!value) return python_error(quote(key));
    return std::optional<Value>(*value);
  }

  Result<std::int64_t> number() {
    if (peek() == '*') {
      ++at_;
      ASHLAR_ASSIGN(const Value given, take());
      const auto integer = integer_of(given);
      if (!integer) return python_error("* wants int");
      return *integer;
    }
    std::int64_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_)
      value = std::min(value * 10 + (peek() - '0'), kMaxField);
    return value;
  }

  Result<FormatSpec> spec() {
    FormatSpec spec;
    spec.align = '>';
    bool left = false, zero = false;
    for (;; ++at_) {
      const char flag = peek();
      if (flag == '-')
        left = true;
      else if (flag == '0')
        zero = true;
      else if (flag == '#')
        spec.alternate = true;
      else if (flag == '+')
        spec.sign = '+';
      else if (flag == ' ')
        spec.sign = spec.sign == '+' ? '+' : ' ';
      else
        break;
    }
    ASHLAR_ASSIGN(spec.width, number());
    if (spec.width < 0) left = true;
    spec.width = std::abs(std::max(spec.width, -kMaxField));
    if (peek() == '.') {
      ++at_;
      ASHLAR_ASSIGN(const std::int64_t precision, number());
      spec.precision = std::max<std::int64_t>(precision, 0);
    }
    while (peek() == 'h' || peek() == 'l' || peek() == 'L') ++at_;
    if (zero && !left) {
      spec.align = '=';
      spec.fill = "0";
    }
    if (left) spec.align = '<';
    return spec;
  }

  // The value as the letter wants it.
  Result<Value> converted(char letter, const Value& value, FormatSpec& spec) {
    Meter& meter = evaluator_.meter();
    switch (letter) {
      case 's':
      case 'r':
      case 'a':
        spec.type = 's';
        if (spec.align == '=') spec.align = '>';
        spec.fill = " ";
        if (letter == 's') return to_text(meter, value);
        return to_repr(meter, value);
      case 'c': return character(value, spec);
      case 'd':
      case 'i':
      case 'u':
        spec.type = 'd';
        if (value.is<double>()) return truncated(value.as<double>());
        break;
      default: spec.type = letter; break;
    }
    if (!is_number(value)) {
      if (const auto* undefined = value.get<const Undefined*>())
        return tl::unexpected<Error>(undefined_error(**undefined));
      return python_error(
          fmt::format("%{} format: a real number is required, not {}", letter, type_name(value)));
    }
    return value;
  }

  static Result<Value> character(const Value& value, FormatSpec& spec) {
    spec.type = 's';
    if (value.is<Text>()) return value;
    return fail(ErrorKind::unsupported, "%c of a number");
  }

  static Result<Value> truncated(double real) {
    if (!(std::abs(real) < 9e18)) return python_error("cannot convert float to integer");
    return Value(static_cast<std::int64_t>(real));
  }

  Status field() {
    ++at_;
    ASHLAR_ASSIGN(const std::optional<Value> from_dict, named());
    ASHLAR_ASSIGN(FormatSpec spec, this->spec());
    const char letter = peek();
    ++at_;
    if (letter == '%') {
      out_.append("%");
      return {};
    }
    if (letter == '\0') return python_error("incomplete format");
    if (std::string_view("sracdiuxXoeEfFgG").find(letter) == std::string_view::npos)
      return python_error(fmt::format("unsupported format character '{}' (0x{:x})", letter,
                                      static_cast<unsigned char>(letter)));
    Value value;
    if (from_dict) {
      value = *from_dict;
    } else {
      ASHLAR_ASSIGN(value, take());
    }
    ASHLAR_ASSIGN(value, converted(letter, value, spec));
    ASHLAR_ASSIGN(Text text, format_value(evaluator_, value, spec));
    if (format_.markup()) {
      ASHLAR_ASSIGN(text, escape_html(evaluator_.meter(), text));
    }
    out_.append(text);
    return {};
  }

  Evaluator& evaluator_;
  const Text& format_;
  const Value& values_;
  List positional_;
  std::size_t at_ = 0, next_ = 0;
  TextBuilder out_;
};

}  // namespace

Result<Text> format_printf(Evaluator& evaluator, const Text& format, const Value& values) {
  ASHLAR_TRY(evaluator.meter().scan(format.size()));
  return Printf(evaluator, format, values).run();
}

}  // namespace ashlar::chat
