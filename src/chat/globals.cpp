#include "chat/globals.h"

#include <fmt/format.h>

#include <algorithm>

#include "chat/repr.h"
#include "chat/strftime.h"

namespace ashlar::chat {
namespace {

constexpr std::int64_t kMaxRange = 100'000;  // jinja2's sandbox has the same

Result<Value> range(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("range", 1, 3));
  const bool one = arguments.positional.size() == 1;
  ASHLAR_ASSIGN(const std::int64_t first, arguments.integer(0, 0));
  ASHLAR_ASSIGN(const std::int64_t second, arguments.integer(1, 0));
  ASHLAR_ASSIGN(const std::int64_t step, arguments.integer(2, 1));
  if (step == 0) return python_error("range() arg 3 must not be zero");
  const std::int64_t start = one ? 0 : first, stop = one ? first : second;
  // In 128 bits: the distance of two 64-bit numbers may not fit.
  const auto distance = static_cast<__int128>(stop) - start;
  const __int128 count = distance == 0 || (distance > 0) != (step > 0)
                             ? 0
                             : (distance + step + (step > 0 ? -1 : 1)) / step;
  if (count > kMaxRange)
    return fail(ErrorKind::too_large,
                fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).",
                            kMaxRange));
  List items;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i)
    items.emplace_back(start + i * step);
  const std::string label = step == 1 ? fmt::format("range({}, {})", start, stop)
                                      : fmt::format("range({}, {}, {})", start, stop, step);
  return evaluator.heap().sequence(SequenceKind::range, std::move(items), label);
}

// dict(mapping or pairs, **more)
Result<Value> dict(Evaluator& evaluator, Arguments& arguments) {
  if (arguments.positional.size() > 1) return python_error("dict expected at most 1 argument");
  Dict* made = evaluator.heap().dict();
  if (!arguments.positional.empty()) {
    const Value& from = arguments.positional[0];
    if (const auto* other = from.get<Dict*>()) {
      ASHLAR_TRY(evaluator.meter().step((*other)->entries.size()));
      *made = **other;
    } else {
      ASHLAR_ASSIGN(const List pairs, iterate(evaluator, from));
      for (const Value& pair : pairs) {
        ASHLAR_ASSIGN(const List two, iterate(evaluator, pair));
        if (two.size() != 2)
          return python_error("dictionary update sequence elements need a length of 2");
        ASHLAR_TRY(evaluator.heap().insert(*made, two[0], two[1]));
      }
    }
  }
  for (const auto& [name, value] : arguments.keywords)
    ASHLAR_TRY(evaluator.heap().insert(*made, name, value));
  return made;
}

Result<Value> make_namespace(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_ASSIGN(const Value made, dict(evaluator, arguments));
  Namespace* space = evaluator.heap().make_namespace();
  for (const auto& [name, value] : made.as<Dict*>()->entries) {
    const Text* attribute = name.get<Text>();
    if (!attribute) return python_error("a namespace's attributes are named by strings");
    space->attributes.emplace_back(*attribute, value);
  }
  return space;
}

Callable method(std::function<Result<Value>(Evaluator&, Arguments&)> call) {
  return Callable{"method", {}, std::move(call), {}, {}};
}

// cycler(a, b): next() gives a, b, a …; current; reset().
Result<Value> cycler(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("cycler", 0, SIZE_MAX));
  if (arguments.positional.empty()) return python_error("at least one item has to be provided");
  const auto at = std::make_shared<std::size_t>(0);
  const auto items = std::make_shared<const List>(arguments.positional);
  Callable made{"jinja2.utils.Cycler", {}, {}, {}, {}};
  made.current = [at, items] { return (*items)[*at]; };
  made.attributes.emplace_back(
      "next",
      evaluator.heap().callable(method([at, items](Evaluator&, Arguments&) -> Result<Value> {
        const Value item = (*items)[*at];
        *at = (*at + 1) % items->size();
        return item;
      })));
  made.attributes.emplace_back(
      "reset", evaluator.heap().callable(method([at](Evaluator&, Arguments&) -> Result<Value> {
        *at = 0;
        return Value();
      })));
  return evaluator.heap().callable(std::move(made));
}

// joiner(sep): nothing at the first call, then sep.
Result<Value> joiner(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("joiner", {"sep"}));
  const Value separator = arguments.at(0) ? *arguments.at(0) : Value(Text(", "));
  const auto used = std::make_shared<bool>(false);
  Callable made = method([separator, used](Evaluator&, Arguments&) -> Result<Value> {
    if (std::exchange(*used, true)) return separator;
    return Value(Text());
  });
  made.type = "jinja2.utils.Joiner";
  return evaluator.heap().callable(std::move(made));
}

Result<Value> raise_exception(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("raise_exception", {"message"}, 1));
  ASHLAR_ASSIGN(const Text message, to_text(evaluator.meter(), *arguments.at(0)));
  return fail(ErrorKind::bad_input, std::string(message.view()), {},
              "the chat template refuses this conversation: change what it names");
}

Result<Value> strftime_now(Evaluator& evaluator, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("strftime_now", {"format"}, 1));
  ASHLAR_ASSIGN(const std::optional<Text> format, arguments.text(0));
  if (!format) return python_error("strftime_now needs a format");
  ASHLAR_ASSIGN(const std::string text, format_time(format->view(), evaluator.clock().now()));
  return whole_text(evaluator.meter(), text, format->has_input());
}

Result<Value> lipsum(Evaluator&, Arguments&) {
  return fail(ErrorKind::unsupported, "the function lipsum", {}, "write the text out");
}

using GlobalFunction = Result<Value> (*)(Evaluator&, Arguments&);
constexpr std::pair<std::string_view, GlobalFunction> kGlobals[] = {
    {"cycler", cycler},
    {"dict", dict},
    {"joiner", joiner},
    {"lipsum", lipsum},
    {"namespace", make_namespace},
    {"raise_exception", raise_exception},
    {"range", range},
    {"strftime_now", strftime_now},
};

}  // namespace

bool is_global(std::string_view name) {
  return std::ranges::find(kGlobals, name, &std::pair<std::string_view, GlobalFunction>::first) !=
         std::end(kGlobals);
}

void define_globals(Evaluator& evaluator) {
  for (const auto& [name, function] : kGlobals)
    evaluator.define(std::string(name),
                     evaluator.heap().callable(Callable{"function", {}, function, {}, {}}));
}

}  // namespace ashlar::chat
