#include "chat/tojson.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "base/utf8.h"
#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

constexpr std::int64_t kMaxIndent = 1000;

void append_unicode_escape(std::string& out, std::uint32_t c) {
  if (c < 0x10000) {
    out += fmt::format("\\u{:04x}", c);
    return;
  }
  c -= 0x10000;
  out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

void append_json_character(std::string& out, char32_t c, bool ensure_ascii) {
  static constexpr std::pair<char32_t, std::string_view> kShort[] = {
      {U'"', "\\\""}, {U'\\', "\\\\"}, {U'\n', "\\n"}, {U'\r', "\\r"},
      {U'\t', "\\t"}, {U'\f', "\\f"},  {U'\b', "\\b"}};
  for (const auto& [special, escape] : kShort)
    if (c == special) {
      out += escape;
      return;
    }
  if (c < 0x20 || (ensure_ascii && c > 0x7E))
    append_unicode_escape(out, static_cast<std::uint32_t>(c));
  else
    base::append_utf8(out, c);
}

std::string json_string(std::string_view text, bool ensure_ascii) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::code_point_at(text, at);
    append_json_character(out, point.value, ensure_ascii);
    at += point.bytes;
  }
  return out + "\"";
}

std::string json_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return float_repr(value);
}

class Writer {
 public:
  Writer(Evaluator& evaluator, const JsonStyle& style)
      : meter_(evaluator.meter()), style_(style), out_(meter_) {}

  Status write(const Value& value) {
    DepthScope level(meter_);
    ASHLAR_TRY(level.entered());
    ASHLAR_TRY(meter_.step());
    if (out_.full()) return {};
    if (const Text* text = value.get<Text>()) return write_string(*text);
    if (const auto* dict = value.get<Dict*>()) return write_dict(**dict);
    const auto* sequence = value.get<Sequence*>();
    if (sequence && (*sequence)->kind <= SequenceKind::tuple) return write_list((*sequence)->items);
    const std::optional<std::string> scalar = scalar_text(value);
    if (!scalar)
      return python_error(
          fmt::format("Object of type {} is not JSON serializable", type_name(value)),
          value.is<Generator*>() ? "add `|list` before `|tojson`" : "");
    out_.append(*scalar);
    return {};
  }

  Result<Text> finish() { return out_.finish(); }

 private:
  static std::optional<std::string> scalar_text(const Value& value) {
    if (value.is<None>()) return "null";
    if (const auto* flag = value.get<bool>()) return *flag ? "true" : "false";
    if (const auto* integer = value.get<std::int64_t>()) return fmt::format("{}", *integer);
    if (const auto* real = value.get<double>()) return json_float(*real);
    return std::nullopt;
  }

  Status write_string(const Text& text) {
    ASHLAR_TRY(meter_.scan(text.size()));
    out_.append(json_string(text.view(), style_.ensure_ascii), text.has_input());
    return {};
  }

  void new_line() {
    if (!style_.indent) return;
    out_.append("\n");
    for (std::size_t i = 0; i < nesting_; ++i) out_.append(*style_.indent);
  }

  Status write_list(const List& items) {
    if (items.empty()) {
      out_.append("[]");
      return {};
    }
    out_.append("[");
    ++nesting_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i) out_.append(style_.item_separator);
      new_line();
      ASHLAR_TRY(write(items[i]));
    }
    --nesting_;
    new_line();
    out_.append("]");
    return {};
  }

  Status write_key(const Value& key) {
    if (const Text* text = key.get<Text>()) return write_string(*text);
    const std::optional<std::string> scalar = scalar_text(key);
    if (!scalar)
      return python_error(
          fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
    out_.append(fmt::format("\"{}\"", *scalar));
    return {};
  }

  Result<std::vector<std::size_t>> order_of(const Dict& dict) {
    std::vector<std::size_t> order(dict.entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!style_.sort_keys) return order;
    List keys;
    for (const auto& entry : dict.entries) keys.push_back(entry.first);
    ASHLAR_TRY(sort_by_keys(meter_, order, keys, false));
    return order;
  }

  Status write_dict(const Dict& dict) {
    if (dict.entries.empty()) {
      out_.append("{}");
      return {};
    }
    out_.append("{");
    ++nesting_;
    ASHLAR_ASSIGN(const std::vector<std::size_t> order, order_of(dict));
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i) out_.append(style_.item_separator);
      new_line();
      ASHLAR_TRY(write_key(dict.entries[order[i]].first));
      out_.append(style_.key_separator);
      ASHLAR_TRY(write(dict.entries[order[i]].second));
    }
    --nesting_;
    new_line();
    out_.append("}");
    return {};
  }

  Meter& meter_;
  const JsonStyle& style_;
  TextBuilder out_;
  std::size_t nesting_ = 0;
};

}  // namespace

Result<JsonStyle> json_style(const Arguments& arguments) {
  JsonStyle style;
  style.ensure_ascii = arguments.flag(0, false);
  style.sort_keys = arguments.flag(3, false);
  if (const Value* indent = arguments.at(1); indent && !indent->is<None>()) {
    style.item_separator = Text(",");
    if (const Text* text = indent->get<Text>()) {
      style.indent = *text;
    } else {
      ASHLAR_ASSIGN(const std::int64_t width, arguments.integer(1, 0));
      if (width > kMaxIndent)
        return fail(ErrorKind::too_large,
                    fmt::format("an indent of {} is over {}", width, kMaxIndent));
      style.indent =
          Text(std::string(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' '));
    }
  }
  const Value* separators = arguments.at(2);
  if (!separators || separators->is<None>()) return style;
  const auto* pair = separators->get<Sequence*>();
  const bool fits = pair && (*pair)->items.size() == 2 && (*pair)->items[0].is<Text>() &&
                    (*pair)->items[1].is<Text>();
  if (!fits) return python_error("tojson's separators are two strings");
  style.item_separator = (*pair)->items[0].as<Text>();
  style.key_separator = (*pair)->items[1].as<Text>();
  return style;
}

Result<Text> to_json(Evaluator& evaluator, const Value& value, const JsonStyle& style) {
  Writer writer(evaluator, style);
  ASHLAR_TRY(writer.write(value));
  return writer.finish();
}

}  // namespace ashlar::chat
