// Filters that apply a filter, a test or an attribute to each item, lazily.
#include <fmt/format.h>

#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/lookup.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

// Splits off the first positional argument.
std::optional<Value> take_first(Arguments& arguments) {
  if (arguments.positional.empty()) return std::nullopt;
  Value first = arguments.positional.front();
  arguments.positional.erase(arguments.positional.begin());
  return first;
}

Result<std::string> name_in(const Value& value, std::string_view kind) {
  if (const Text* text = value.get<Text>()) return std::string(text->view());
  return python_error(
      fmt::format("a {} is named by a string, not by '{}'", kind, type_name(value)));
}

Result<List> map_attribute(Evaluator& evaluator, const Value& input, Arguments arguments) {
  const Value attribute = *arguments.take_keyword("attribute");
  const std::optional<Value> otherwise = arguments.take_keyword("default");
  if (!arguments.keywords.empty())
    return python_error(
        fmt::format("Unexpected keyword argument {}", quote(arguments.keywords[0].first.view())));
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  for (Value& item : items) {
    ASHLAR_ASSIGN(item, get_path(evaluator, item, attribute));
    const bool missing = item.is<const Undefined*>() && otherwise && !otherwise->is<None>();
    if (missing) item = *otherwise;
  }
  return items;
}

Result<List> map_filter(Evaluator& evaluator, const Value& input, Arguments arguments) {
  const std::optional<Value> first = take_first(arguments);
  if (!first) return python_error("map requires a filter argument");
  ASHLAR_ASSIGN(const std::string name, name_in(*first, "filter"));
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  for (Value& item : items) {
    Arguments own = arguments;
    ASHLAR_ASSIGN(item, evaluator.apply_filter(name, item, own));
  }
  return items;
}

Result<Value> map(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  const bool by_attribute = arguments.positional.empty() && arguments.keyword("attribute");
  return evaluator.heap().generator(
      "map", [&evaluator, input, arguments, by_attribute]() -> Result<List> {
        if (!truth(input)) return List{};
        DepthScope level(evaluator.meter());
        ASHLAR_TRY(level.entered());
        return by_attribute ? map_attribute(evaluator, input, arguments)
                            : map_filter(evaluator, input, arguments);
      });
}

struct Selection {
  bool by_attribute, rejects;
};

Result<List> selected(Evaluator& evaluator, const Value& input, Arguments arguments,
                      Selection how) {
  Value attribute;
  if (how.by_attribute) {
    const std::optional<Value> first = take_first(arguments);
    if (!first) return python_error("Missing parameter for attribute name");
    attribute = *first;
  }
  const std::optional<Value> test = take_first(arguments);
  std::string name;
  if (test) {
    ASHLAR_ASSIGN(name, name_in(*test, "test"));
  }
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  List kept;
  for (const Value& item : items) {
    ASHLAR_ASSIGN(const Value seen, get_path(evaluator, item, attribute));
    bool passed = truth(seen);
    if (test) {
      Arguments own = arguments;
      ASHLAR_ASSIGN(passed, evaluator.apply_test(name, seen, own));
    }
    if (passed != how.rejects) kept.push_back(item);
  }
  return kept;
}

template <bool by_attribute, bool rejects>
Result<Value> select(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  return evaluator.heap().generator("select", [&evaluator, input, arguments]() -> Result<List> {
    if (!truth(input)) return List{};
    DepthScope level(evaluator.meter());
    ASHLAR_TRY(level.entered());
    return selected(evaluator, input, arguments, {by_attribute, rejects});
  });
}

Result<Value> attr(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("attr", {"name"}, 1));
  ASHLAR_ASSIGN(const std::string name, name_in(*arguments.at(0), "attribute"));
  return get_attribute_only(evaluator, input, name);
}

}  // namespace

std::span<const NamedFilter> select_filters() {
  static constexpr NamedFilter kTable[] = {
      {"attr", attr},
      {"map", map},
      {"reject", select<false, true>},
      {"rejectattr", select<true, true>},
      {"select", select<false, false>},
      {"selectattr", select<true, false>},
  };
  return kTable;
}

}  // namespace ashlar::chat
