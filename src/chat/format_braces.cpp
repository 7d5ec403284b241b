// Source: Python's "Format String Syntax"; attributes go through the sandbox's lookups.
#include <fmt/format.h>

#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/format.h"
#include "chat/format_spec.h"
#include "chat/lookup.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::int64_t number_in(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

class Braces {
 public:
  Braces(Evaluator& evaluator, const Text& format, const Arguments& arguments)
      : evaluator_(evaluator), format_(format), arguments_(arguments), out_(evaluator.meter()) {}

  Result<Text> run() {
    if (format_.markup()) return fail(ErrorKind::unsupported, "format() of a string marked |safe");
    const std::string_view view = format_.view();
    for (std::size_t at = 0; at < view.size();) {
      const std::size_t brace = std::min(view.find_first_of("{}", at), view.size());
      out_.append(format_, at, brace);
      if (brace == view.size()) break;
      if (view.substr(brace, 2) == "{{" || view.substr(brace, 2) == "}}") {
        out_.append(format_, brace, brace + 1);
        at = brace + 2;
        continue;
      }
      if (view[brace] == '}') return python_error("Single '}' encountered in format string");
      const std::size_t close = view.find('}', brace);
      if (close == std::string_view::npos)
        return python_error("Single '{' encountered in format string");
      ASHLAR_TRY(field(view.substr(brace + 1, close - brace - 1)));
      at = close + 1;
    }
    return out_.finish();
  }

 private:
  Status field(std::string_view field) {
    if (field.find('{') != std::string_view::npos)
      return fail(ErrorKind::unsupported, "nested fields in format()");
    const std::size_t colon = std::min(field.find(':'), field.size());
    const std::string_view spec_text = field.substr(std::min(colon + 1, field.size()));
    std::string_view name = field.substr(0, colon);
    const std::size_t bang = name.find('!');
    char conversion = 's';
    const bool converts = bang != std::string_view::npos;
    if (converts) {
      if (name.size() != bang + 2) return python_error("bad conversion in format string");
      conversion = name[bang + 1];
      name = name.substr(0, bang);
    }
    ASHLAR_ASSIGN(Value value, lookup(name));
    if (converts) {
      if (conversion != 's' && conversion != 'r')
        return fail(ErrorKind::unsupported, fmt::format("the conversion !{}", conversion));
      Meter& meter = evaluator_.meter();
      ASHLAR_ASSIGN(value, conversion == 'r' ? to_repr(meter, value) : to_text(meter, value));
    }
    ASHLAR_ASSIGN(const FormatSpec spec, parse(spec_text));
    if (spec_text.empty()) {
      ASHLAR_ASSIGN(const Text text, to_text(evaluator_.meter(), value));
      out_.append(text);
      return {};
    }
    if (!value.is<Text>() && !is_number(value))
      return python_error(
          fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
    ASHLAR_ASSIGN(const Text text, format_value(evaluator_, value, spec));
    out_.append(text);
    return {};
  }

  // "", "0", "name", each with .attribute and [item] after it.
  Result<Value> lookup(std::string_view path) {
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    ASHLAR_ASSIGN(Value value, argument(path.substr(0, end)));
    path.remove_prefix(end);
    while (!path.empty()) {
      ASHLAR_TRY(evaluator_.meter().step());
      if (path[0] == '.') {
        const std::size_t stop = std::min(path.find_first_of(".[", 1), path.size());
        ASHLAR_ASSIGN(value, get_attribute(evaluator_, value, path.substr(1, stop - 1)));
        path.remove_prefix(stop);
        continue;
      }
      const std::size_t close = path.find(']');
      if (path[0] != '[' || close == std::string_view::npos)
        return python_error("Missing ']' in format string");
      const std::string_view key = path.substr(1, close - 1);
      const Value index = is_digits(key) ? Value(number_in(key)) : Value(Text(std::string(key)));
      ASHLAR_ASSIGN(value, get_item(evaluator_, value, index));
      path.remove_prefix(close + 1);
    }
    return value;
  }

  Result<Value> argument(std::string_view name) {
    if (!name.empty() && !is_digits(name)) {
      const Value* value = arguments_.keyword(name);
      if (!value) return python_error(quote(name));
      return *value;
    }
    const std::size_t index = name.empty() ? next_++ : static_cast<std::size_t>(number_in(name));
    (name.empty() ? automatic_ : numbered_) = true;
    if (automatic_ && numbered_)
      return python_error(
          "cannot switch between manual field specification and automatic numbering");
    if (index >= arguments_.positional.size())
      return python_error(
          fmt::format("Replacement index {} out of range for positional args tuple", index));
    return arguments_.positional[index];
  }

  // [[fill]align][sign][#][0][width][,][.precision][type]
  static Result<FormatSpec> parse(std::string_view text) {
    FormatSpec spec;
    const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
    const std::size_t first = text.empty() ? 0 : base::code_point_at(text, 0).bytes;
    if (first < text.size() && is_align(text[first])) {
      spec.fill = text.substr(0, first);
      spec.align = text[first];
      text.remove_prefix(first + 1);
    } else if (!text.empty() && is_align(text[0])) {
      spec.align = text[0];
      text.remove_prefix(1);
    }
    const auto take = [&](std::string_view any) {
      if (text.empty() || any.find(text[0]) == std::string_view::npos) return '\0';
      const char c = text[0];
      text.remove_prefix(1);
      return c;
    };
    if (const char sign = take("+- ")) spec.sign = sign;
    spec.alternate = take("#") != 0;
    if (take("0")) {
      if (spec.fill == " ") spec.fill = "0";
      if (!spec.align) spec.align = '=';
    }
    const auto digits = [&] {
      const std::string_view run =
          text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
      text.remove_prefix(run.size());
      return run;
    };
    const std::string_view width = digits();
    if (!width.empty() && !is_digits(width))
      return python_error("Too many decimal digits in format string");
    spec.width = number_in(width);
    spec.group = take(",_");
    if (take(".")) {
      const std::string_view precision = digits();
      if (!is_digits(precision)) return python_error("Format specifier missing precision");
      spec.precision = number_in(precision);
    }
    spec.type = take("dxXobceEfFgG%ns");
    if (!text.empty()) return python_error("Invalid format specifier");
    return spec;
  }

  Evaluator& evaluator_;
  const Text& format_;
  const Arguments& arguments_;
  std::size_t next_ = 0;
  bool automatic_ = false, numbered_ = false;
  TextBuilder out_;
};

}  // namespace

Result<Text> format_braces(Evaluator& evaluator, const Text& format, const Arguments& arguments) {
  ASHLAR_TRY(evaluator.meter().scan(format.size()));
  return Braces(evaluator, format, arguments).run();
}

}  // namespace ashlar::chat
