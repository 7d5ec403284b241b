#include "chat/repr.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

void append_escaped(std::string& out, char32_t c, char quote_mark) {
  switch (c) {
    case U'\n': out += "\\n"; return;
    case U'\r': out += "\\r"; return;
    case U'\t': out += "\\t"; return;
    case U'\\': out += "\\\\"; return;
    default: break;
  }
  if (c == static_cast<char32_t>(quote_mark))
    out += {'\\', quote_mark};
  else if (is_printable(c))
    base::append_utf8(out, c);
  else if (c < 0x100)
    out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c));
  else if (c < 0x10000)
    out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
  else
    out += fmt::format("\\U{:08x}", static_cast<std::uint32_t>(c));
}

// Writes one repr after another into a builder that knows its limit.
class Writer {
 public:
  explicit Writer(Meter& meter) : meter_(meter), out_(meter) {}

  Status write(const Value& value) {
    DepthScope level(meter_);
    ASHLAR_TRY(level.entered());
    ASHLAR_TRY(meter_.step());
    if (out_.full()) return {};
    if (const auto* text = value.get<Text>()) return write_string(*text);
    if (const auto* sequence = value.get<Sequence*>()) return write_sequence(**sequence);
    if (const auto* dict = value.get<Dict*>()) return write_dict(**dict);
    if (const auto* space = value.get<Namespace*>()) return write_namespace(**space);
    return write_plain(value);
  }

  Result<Text> finish() { return out_.finish(); }

 private:
  Status write_string(const Text& text) {
    ASHLAR_TRY(meter_.scan(text.size()));
    if (text.markup()) out_.append("Markup(");
    out_.append(quote(text.view()), text.has_input());
    if (text.markup()) out_.append(")");
    return {};
  }

  Status write_items(const List& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i) out_.append(", ");
      ASHLAR_TRY(write(items[i]));
    }
    return {};
  }

  Status write_sequence(const Sequence& sequence) {
    const bool tuple = sequence.kind == SequenceKind::tuple;
    if (sequence.kind == SequenceKind::range) {
      out_.append(sequence.label);
      return {};
    }
    const bool view = !tuple && sequence.kind != SequenceKind::list;
    if (view) out_.append(fmt::format("{}(", type_name(Value(const_cast<Sequence*>(&sequence)))));
    out_.append(tuple ? "(" : "[");
    ASHLAR_TRY(write_items(sequence.items));
    if (tuple && sequence.items.size() == 1) out_.append(",");
    out_.append(tuple ? ")" : "]");
    if (view) out_.append(")");
    return {};
  }

  Status write_dict(const Dict& dict) {
    out_.append("{");
    for (std::size_t i = 0; i < dict.entries.size(); ++i) {
      if (i) out_.append(", ");
      ASHLAR_TRY(write(dict.entries[i].first));
      out_.append(": ");
      ASHLAR_TRY(write(dict.entries[i].second));
    }
    out_.append("}");
    return {};
  }

  Status write_namespace(const Namespace& space) {
    out_.append("<Namespace {");
    for (std::size_t i = 0; i < space.attributes.size(); ++i) {
      if (i) out_.append(", ");
      ASHLAR_TRY(write(space.attributes[i].first));
      out_.append(": ");
      ASHLAR_TRY(write(space.attributes[i].second));
    }
    out_.append("}>");
    return {};
  }

  Status write_plain(const Value& value) {
    const std::string plain = plain_repr(value);
    if (plain.empty())
      return fail(ErrorKind::unsupported,
                  fmt::format("a {} has no text of its own", type_name(value)), {},
                  value.is<Generator*>() ? "add `|list` to see its items" : "call it");
    out_.append(plain);
    return {};
  }

  Meter& meter_;
  TextBuilder out_;
};

}  // namespace

std::string float_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const char* digits_of_exponent = text.data() + e + 1 + (text[e + 1] == '+');
  std::from_chars(digits_of_exponent, text.data() + text.size(), exponent);
  const bool negative = text[0] == '-';
  std::string digits;
  for (const char c : text.substr(0, e))
    if (c >= '0' && c <= '9') digits += c;
  std::string out = negative ? "-" : "";
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (count > 1) out += "." + digits.substr(1);
    return out + fmt::format("e{}{:02d}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0)
    return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1)
    return out + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
  const auto point = static_cast<std::size_t>(exponent + 1);
  return out + digits.substr(0, point) + "." + digits.substr(point);
}

std::string quote(std::string_view string) {
  const bool has_single = string.find('\'') != std::string_view::npos;
  const char mark = has_single && string.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out(1, mark);
  for (std::size_t at = 0; at < string.size();) {
    const base::CodePoint point = base::code_point_at(string, at);
    append_escaped(out, point.value, mark);
    at += point.bytes;
  }
  return out + mark;
}

std::string plain_repr(const Value& value) {
  if (value.is<None>()) return "None";
  if (const auto* flag = value.get<bool>()) return *flag ? "True" : "False";
  if (const auto* integer = value.get<std::int64_t>()) return fmt::format("{}", *integer);
  if (const auto* real = value.get<double>()) return float_repr(*real);
  if (value.is<const Undefined*>()) return "Undefined";
  if (const auto* callable = value.get<Callable*>()) return (*callable)->repr;
  if (const auto* loop = value.get<Loop*>()) return (*loop)->repr();
  if (const auto* text = value.get<Text>()) return quote(text->view());
  if (value.is<Generator*>() || value.is<Namespace*>()) return {};
  return fmt::format("a {}", type_name(value));
}

Result<Text> to_text(Meter& meter, const Value& value) {
  if (const auto* text = value.get<Text>()) return *text;
  if (value.is<const Undefined*>()) return Text();
  return to_repr(meter, value);
}

Result<Text> to_repr(Meter& meter, const Value& value) {
  Writer writer(meter);
  ASHLAR_TRY(writer.write(value));
  return writer.finish();
}

}  // namespace ashlar::chat
