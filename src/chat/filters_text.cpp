// Filters that give a string.
#include <fmt/format.h>

#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/format.h"
#include "chat/lookup.h"
#include "chat/operators.h"
#include "chat/repr.h"
#include "chat/string_ops.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

template <Result<Text> (*operation)(Meter&, const Text&)>
Result<Value> simple(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("this filter", {}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  return operation(evaluator.meter(), text);
}

Result<Value> string(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("string", {}));
  return to_text(evaluator.meter(), input);
}

Result<Value> safe(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("safe", {}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  return Value(text.with_markup(true));
}

template <bool force>
Result<Value> escape(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("escape", {}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  return escape_html(evaluator.meter(), force ? text.with_markup(false) : text);
}

Result<Value> trim(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("trim", {"chars"}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  ASHLAR_ASSIGN(const std::optional<Text> chars, arguments.text(0));
  return strip(evaluator.meter(), text, chars, true, true);
}

Result<Value> center(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("center", {"width"}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  ASHLAR_ASSIGN(const std::int64_t width, arguments.integer(0, 80));
  return pad(evaluator.meter(), text, width, Text(" "), 0);
}

Result<Value> replaced(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("replace", {"old", "new", "count"}, 2));
  Meter& meter = evaluator.meter();
  ASHLAR_ASSIGN(const Text text, to_text(meter, input));
  ASHLAR_ASSIGN(const Text from, to_text(meter, *arguments.at(0)));
  ASHLAR_ASSIGN(const Text to, to_text(meter, *arguments.at(1)));
  const bool unlimited = !arguments.at(2) || arguments.at(2)->is<None>();
  std::int64_t count = -1;
  if (!unlimited) {
    ASHLAR_ASSIGN(count, arguments.integer(2, -1));
  }
  return replace(meter, text.with_markup(false), from, to, count);
}

Result<Value> join(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("join", {"d", "attribute"}));
  Meter& meter = evaluator.meter();
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  for (Value& item : items) {
    if (arguments.at(1)) {
      ASHLAR_ASSIGN(item, get_path(evaluator, item, *arguments.at(1)));
    }
    ASHLAR_ASSIGN(item, to_text(meter, item));
  }
  ASHLAR_ASSIGN(const Text separator, to_text(meter, arguments.at(0) ? *arguments.at(0) : Text()));
  return join_texts(meter, items, separator);
}

Result<Value> format(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  if (!arguments.positional.empty() && !arguments.keywords.empty())
    return python_error("can't handle positional and keyword arguments at the same time");
  if (arguments.keywords.empty()) {
    ASHLAR_ASSIGN(const Value values, evaluator.heap().tuple(arguments.positional));
    return format_printf(evaluator, text, values);
  }
  Dict* values = evaluator.heap().dict();
  for (const auto& [name, value] : arguments.keywords)
    ASHLAR_TRY(evaluator.heap().insert(*values, name, value));
  return format_printf(evaluator, text, values);
}

// A number of spaces, or the string itself.
Result<Text> indentation(Evaluator& evaluator, const Arguments& arguments) {
  if (const Value* width = arguments.at(0); width && width->is<Text>()) return width->as<Text>();
  ASHLAR_ASSIGN(const std::int64_t width, arguments.integer(0, 4));
  return pad(evaluator.meter(), Text(), width, Text(" "), 1);
}

Result<Value> indent(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("indent", {"width", "first", "blank"}));
  Meter& meter = evaluator.meter();
  const Text* text = input.get<Text>();
  if (!text)
    return python_error(fmt::format("indent needs a string, not '{}'", type_name(input)),
                        "put |string before it");
  ASHLAR_ASSIGN(const Text space, indentation(evaluator, arguments));
  const bool blank = arguments.flag(2, false);
  ASHLAR_ASSIGN(List lines, split_lines(meter, *text, false));
  const std::string_view view = text->view();
  std::size_t end_of_line = 0;  // the filter adds a line break first: a trailing one leaves a line
  if (view.empty()) lines.emplace_back(Text());
  if (!view.empty()) {
    ASHLAR_ASSIGN(const List kept, split_lines(meter, *text, true));
    end_of_line = kept.back().get<Text>()->size() - lines.back().get<Text>()->size();
    if (end_of_line != 0 && !view.ends_with('\r')) lines.emplace_back(Text());
  }
  TextBuilder builder(meter);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Text& line = *lines[i].get<Text>();
    if (i) builder.append("\n");
    const bool indented = i == 0 ? arguments.flag(1, false) : blank || !line.empty();
    if (indented) builder.append(space);
    builder.append(line);
  }
  ASHLAR_ASSIGN(const Text made, builder.finish());
  return Value(made.with_markup(text->markup()));
}

Result<Value> truncate(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("truncate", {"length", "killwords", "end", "leeway"}));
  Meter& meter = evaluator.meter();
  const Text* text = input.get<Text>();
  if (!text) return python_error("truncate needs a string");
  ASHLAR_ASSIGN(const std::int64_t length, arguments.integer(0, 255));
  ASHLAR_ASSIGN(const std::optional<Text> given, arguments.text(2));
  const Text end = given.value_or(Text("..."));
  const bool default_leeway = !arguments.at(3) || arguments.at(3)->is<None>();
  std::int64_t leeway = 5;
  if (!default_leeway) {
    ASHLAR_ASSIGN(leeway, arguments.integer(3, 5));
  }
  const auto end_length = static_cast<std::int64_t>(count_points(end.view()));
  if (length < end_length)
    return python_error(fmt::format("expected length >= {}, got {}", end_length, length));
  if (leeway < 0) return python_error(fmt::format("expected leeway >= 0, got {}", leeway));
  ASHLAR_TRY(meter.scan(text->size()));
  const auto points = static_cast<std::int64_t>(count_points(text->view()));
  if (points - leeway <= length) return input;
  std::size_t kept = byte_of_point(text->view(), static_cast<std::size_t>(length - end_length));
  if (!arguments.flag(1, false)) kept = std::min(kept, text->view().substr(0, kept).rfind(' '));
  TextBuilder builder(meter);
  builder.append(*text, 0, kept);
  builder.append(end);
  return builder.finish();
}

Result<Value> wordcount(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("wordcount", {}));
  ASHLAR_ASSIGN(const Text text, to_text(evaluator.meter(), input));
  ASHLAR_TRY(evaluator.meter().scan(text.size()));
  std::int64_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::code_point_at(text.view(), at);
    const bool word = is_word(point.value);
    words += word && !inside;
    inside = word;
    at += point.bytes;
  }
  return Value(words);
}

}  // namespace

std::span<const NamedFilter> text_filters() {
  static constexpr NamedFilter kTable[] = {
      {"capitalize", simple<capitalize>},
      {"center", center},
      {"e", escape<false>},
      {"escape", escape<false>},
      {"forceescape", escape<true>},
      {"format", format},
      {"indent", indent},
      {"join", join},
      {"lower", simple<to_lower>},
      {"replace", replaced},
      {"safe", safe},
      {"string", string},
      {"title", simple<title_words>},
      {"trim", trim},
      {"truncate", truncate},
      {"upper", simple<to_upper>},
      {"wordcount", wordcount},
  };
  return kTable;
}

}  // namespace ashlar::chat
