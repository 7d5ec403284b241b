// str methods. Arguments are positional as in Python, but for split's and splitlines'.
#include <fmt/format.h>

#include "chat/evaluate.h"
#include "chat/format.h"
#include "chat/methods.h"
#include "chat/operators.h"
#include "chat/search.h"
#include "chat/string_ops.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

const Text& text_of(const Value& self) {
  return *self.get<Text>();
}

// A whole-text operation without arguments.
template <Result<Text> (*operation)(Meter&, const Text&)>
Result<Value> simple(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("this method", 0, 0));
  return operation(evaluator.meter(), text_of(self));
}

template <bool left, bool right>
Result<Value> stripped(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("strip", 0, 1));
  ASHLAR_ASSIGN(const std::optional<Text> chars, arguments.text(0));
  return strip(evaluator.meter(), text_of(self), chars, left, right);
}

template <int side>
Result<Value> padded(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("this method", 1, 2));
  ASHLAR_ASSIGN(const std::int64_t width, arguments.integer(0, 0));
  ASHLAR_ASSIGN(const std::optional<Text> fill, arguments.text(1));
  return pad(evaluator.meter(), text_of(self), width, fill.value_or(Text(" ")), side);
}

template <Result<List> (*operation)(Meter&, const Text&, const std::optional<Text>&, std::int64_t)>
Result<Value> split_with(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("split()", {"sep", "maxsplit"}));
  ASHLAR_ASSIGN(const std::optional<Text> separator, arguments.text(0));
  ASHLAR_ASSIGN(const std::int64_t most, arguments.integer(1, -1));
  ASHLAR_ASSIGN(List pieces, operation(evaluator.meter(), text_of(self), separator, most));
  return evaluator.heap().list(std::move(pieces));
}

Result<Value> splitlines(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("splitlines()", {"keepends"}));
  ASHLAR_ASSIGN(List lines,
                split_lines(evaluator.meter(), text_of(self), arguments.flag(0, false)));
  return evaluator.heap().list(std::move(lines));
}

Result<Text> needed_text(const Arguments& arguments, std::size_t index) {
  ASHLAR_ASSIGN(const std::optional<Text> text, arguments.text(index));
  if (!text) return python_error("a string is needed here, not 'NoneType'");
  return *text;
}

Result<Value> replaced(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("str.replace()", 2, 3));
  ASHLAR_ASSIGN(const Text from, needed_text(arguments, 0));
  ASHLAR_ASSIGN(Text to, needed_text(arguments, 1));
  ASHLAR_ASSIGN(const std::int64_t count, arguments.integer(2, -1));
  if (text_of(self).markup()) {
    ASHLAR_ASSIGN(to, escape_html(evaluator.meter(), to));
  }
  return replace(evaluator.meter(), text_of(self), from, to, count);
}

// The part of the text that find, count, startswith … look at: bytes [begin, end), or nothing when
// the bounds cross.
struct Window {
  std::size_t begin, end;
  bool crossed;
};

Result<Window> window(Meter& meter, const Text& text, const Arguments& arguments,
                      std::size_t first) {
  ASHLAR_TRY(meter.scan(text.size()));
  const auto length = static_cast<std::int64_t>(count_points(text.view()));
  const auto bound = [&](std::size_t index, std::int64_t otherwise) -> Result<std::int64_t> {
    const Value* given = arguments.at(index);
    if (!given || given->is<None>()) return otherwise;
    ASHLAR_ASSIGN(const std::int64_t at, arguments.integer(index, 0));
    return at < 0 ? std::max<std::int64_t>(at + length, 0) : at;
  };
  ASHLAR_ASSIGN(const std::int64_t begin, bound(first, 0));
  ASHLAR_ASSIGN(std::int64_t end, bound(first + 1, length));
  end = std::min(end, length);
  return Window{byte_of_point(text.view(), static_cast<std::size_t>(std::min(begin, length))),
                byte_of_point(text.view(), static_cast<std::size_t>(end)), begin > end};
}

// -1 when absent.
template <bool last, bool must>
Result<Value> found(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("find", 1, 3));
  ASHLAR_ASSIGN(const Text part, needed_text(arguments, 0));
  const Text& text = text_of(self);
  ASHLAR_ASSIGN(const Window look, window(evaluator.meter(), text, arguments, 1));
  std::size_t at = std::string_view::npos;
  if (!look.crossed) {
    const std::string_view view = text.view().substr(look.begin, look.end - look.begin);
    at = last ? find_last_bytes(view, part.view()) : find_bytes(view, part.view());
  }
  if (at != std::string_view::npos)
    return Value(static_cast<std::int64_t>(count_points(text.view().substr(0, look.begin + at))));
  if (must) return python_error("substring not found");
  return Value(std::int64_t{-1});
}

Result<Value> count(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("count", 1, 3));
  ASHLAR_ASSIGN(const Text part, needed_text(arguments, 0));
  const Text& text = text_of(self);
  ASHLAR_ASSIGN(const Window look, window(evaluator.meter(), text, arguments, 1));
  if (look.crossed) return Value(std::int64_t{0});
  const std::string_view view = text.view().substr(look.begin, look.end - look.begin);
  if (part.empty()) return Value(static_cast<std::int64_t>(count_points(view)) + 1);
  std::int64_t times = 0;
  for (std::size_t at = find_bytes(view, part.view()); at != std::string_view::npos;
       at = find_bytes(view, part.view(), at + part.size()))
    ++times;
  return Value(times);
}

template <bool at_end>
bool fits(std::string_view view, std::string_view part) {
  return at_end ? view.ends_with(part) : view.starts_with(part);
}

template <bool at_end>
Result<Value> starts_or_ends(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  constexpr std::string_view kName = at_end ? "endswith" : "startswith";
  ASHLAR_TRY(arguments.bind_positional(kName, 1, 3));
  const Text& text = text_of(self);
  ASHLAR_ASSIGN(const Window look, window(evaluator.meter(), text, arguments, 1));
  const std::string_view view =
      look.crossed ? std::string_view() : text.view().substr(look.begin, look.end - look.begin);
  const Value& given = arguments.positional[0];
  if (const Text* part = given.get<Text>())
    return Value(!look.crossed && fits<at_end>(view, part->view()));
  const auto* parts = given.get<Sequence*>();
  if (!parts || (*parts)->kind != SequenceKind::tuple)
    return python_error(
        fmt::format("{} first arg must be str or a tuple of str, not {}", kName, type_name(given)));
  for (const Value& part : (*parts)->items) {
    const Text* candidate = part.get<Text>();
    if (!candidate) return python_error(fmt::format("{} needs a tuple of str", kName));
    if (!look.crossed && fits<at_end>(view, candidate->view())) return Value(true);
  }
  return Value(false);
}

template <bool at_end>
Result<Value> without(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("removeprefix or removesuffix", 1, 1));
  ASHLAR_ASSIGN(const Text part, needed_text(arguments, 0));
  const Text& text = text_of(self);
  if (!fits<at_end>(text.view(), part.view())) return Value(text);
  return at_end ? cut(evaluator.meter(), text, 0, text.size() - part.size())
                : cut(evaluator.meter(), text, part.size(), text.size());
}

Result<Value> joined(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("str.join()", 1, 1));
  ASHLAR_ASSIGN(List items, iterate(evaluator, arguments.positional[0]));
  const bool markup = text_of(self).markup();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is<Text>())
      return python_error(
          fmt::format("sequence item {}: expected str instance, {} found", i, type_name(items[i])));
    if (!markup) continue;
    ASHLAR_ASSIGN(items[i], escape_html(evaluator.meter(), *items[i].get<Text>()));
  }
  ASHLAR_ASSIGN(const Text text, join_texts(evaluator.meter(), items, text_of(self)));
  return Value(text.with_markup(markup));
}

template <bool last>
Result<Value> partition(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("partition", 1, 1));
  ASHLAR_ASSIGN(const Text separator, needed_text(arguments, 0));
  if (separator.empty()) return python_error("empty separator");
  const Text& text = text_of(self);
  Meter& meter = evaluator.meter();
  ASHLAR_TRY(meter.scan(text.size()));
  const std::size_t at = last ? find_last_bytes(text.view(), separator.view())
                              : find_bytes(text.view(), separator.view());
  if (at == std::string_view::npos)
    return last ? evaluator.heap().tuple({Text(), Text(), text})
                : evaluator.heap().tuple({text, Text(), Text()});
  ASHLAR_ASSIGN(const Text before, cut(meter, text, 0, at));
  ASHLAR_ASSIGN(const Text after, cut(meter, text, at + separator.size(), text.size()));
  return evaluator.heap().tuple({before, separator, after});
}

Result<Value> zfill(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("zfill", 1, 1));
  ASHLAR_ASSIGN(const std::int64_t width, arguments.integer(0, 0));
  Meter& meter = evaluator.meter();
  const Text& text = text_of(self);
  const std::size_t sign = text.view().starts_with('-') || text.view().starts_with('+');
  ASHLAR_ASSIGN(const Text digits, cut(meter, text, sign, text.size()));
  ASHLAR_ASSIGN(const Text filled,
                pad(meter, digits, width - static_cast<std::int64_t>(sign), Text("0"), -1));
  TextBuilder builder(meter);
  builder.append(text, 0, sign);
  builder.append(filled);
  return builder.finish();
}

Result<Value> formatted(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  return format_braces(evaluator, text_of(self), arguments);
}

}  // namespace

std::span<const Method> string_methods() {
  static constexpr Method kTable[] = {
      {"capitalize", simple<capitalize>},
      {"center", padded<0>},
      {"count", count},
      {"endswith", starts_or_ends<true>},
      {"find", found<false, false>},
      {"format", formatted},
      {"index", found<false, true>},
      {"join", joined},
      {"ljust", padded<1>},
      {"lower", simple<to_lower>},
      {"lstrip", stripped<true, false>},
      {"partition", partition<false>},
      {"removeprefix", without<false>},
      {"removesuffix", without<true>},
      {"replace", replaced},
      {"rfind", found<true, false>},
      {"rindex", found<true, true>},
      {"rjust", padded<-1>},
      {"rpartition", partition<true>},
      {"rsplit", split_with<split_right>},
      {"rstrip", stripped<false, true>},
      {"split", split_with<split>},
      {"splitlines", splitlines},
      {"startswith", starts_or_ends<false>},
      {"strip", stripped<true, true>},
      {"swapcase", simple<swap_case>},
      {"title", simple<title>},
      {"upper", simple<to_upper>},
      {"zfill", zfill},
  };
  return kTable;
}

}  // namespace ashlar::chat
