// Filters that compare items: sort, dictsort, unique, groupby, min, max.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/lookup.h"
#include "chat/string_ops.h"

namespace ashlar::chat {
namespace {

// A key to compare by: strings in lower case unless case counts.
Result<Value> folded(Evaluator& evaluator, const Value& value, bool case_sensitive) {
  const Text* text = value.get<Text>();
  if (!text || case_sensitive) return value;
  return to_lower(evaluator.meter(), *text);
}

// The key of one item under `attribute` (None: the item itself), with Jinja's default for a missing
// one.
Result<Value> key_under(Evaluator& evaluator, const Value& item, const Value& attribute,
                        bool case_sensitive, const Value& otherwise = {}) {
  ASHLAR_ASSIGN(Value key, get_path(evaluator, item, attribute));
  if (key.is<const Undefined*>() && !otherwise.is<None>()) key = otherwise;
  return folded(evaluator, key, case_sensitive);
}

// The attributes of "a,b.c", or the one that is no string.
Result<List> attributes(Evaluator& evaluator, const Value* given) {
  if (!given) return List{Value()};
  const Text* text = given->get<Text>();
  if (!text) return List{*given};
  return split(evaluator.meter(), *text, Text(","), -1);
}

Result<List> pick(const List& items, const std::vector<std::size_t>& order) {
  List picked;
  for (const std::size_t i : order) picked.push_back(items[i]);
  return picked;
}

std::vector<std::size_t> identity(std::size_t size) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

Result<Value> sort(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("sort", {"reverse", "case_sensitive", "attribute"}));
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  ASHLAR_ASSIGN(const List paths, attributes(evaluator, arguments.at(2)));
  List keys;
  for (const Value& item : items) {
    List parts;
    for (const Value& path : paths) {
      ASHLAR_ASSIGN(Value part, key_under(evaluator, item, path, arguments.flag(1, false)));
      parts.push_back(std::move(part));
    }
    ASHLAR_ASSIGN(Value key, evaluator.heap().list(std::move(parts)));
    keys.push_back(std::move(key));
  }
  std::vector<std::size_t> order = identity(items.size());
  ASHLAR_TRY(sort_by_keys(evaluator.meter(), order, keys, arguments.flag(0, false)));
  ASHLAR_ASSIGN(List sorted, pick(items, order));
  return evaluator.heap().list(std::move(sorted));
}

Result<Value> dictsort(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("dictsort", {"case_sensitive", "by", "reverse"}));
  const auto* dict = input.get<Dict*>();
  if (const auto* undefined = input.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  if (!dict)
    return python_error(fmt::format("'{}' object has no attribute 'items'", type_name(input)));
  ASHLAR_ASSIGN(const std::optional<Text> by, arguments.text(1));
  const bool by_value = by && by->view() == "value";
  if (by && !by_value && by->view() != "key")
    return python_error("You can only sort by either \"key\" or \"value\"");
  List pairs, keys;
  for (const auto& [key, value] : (*dict)->entries) {
    ASHLAR_ASSIGN(Value pair, evaluator.heap().tuple({key, value}));
    pairs.push_back(std::move(pair));
    ASHLAR_ASSIGN(Value sort_key,
                  folded(evaluator, by_value ? value : key, arguments.flag(0, false)));
    keys.push_back(std::move(sort_key));
  }
  std::vector<std::size_t> order = identity(pairs.size());
  ASHLAR_TRY(sort_by_keys(evaluator.meter(), order, keys, arguments.flag(2, false)));
  ASHLAR_ASSIGN(List sorted, pick(pairs, order));
  return evaluator.heap().list(std::move(sorted));
}

Result<List> unique_items(Evaluator& evaluator, const Value& input, bool case_sensitive,
                          const Value& attribute) {
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  Dict* seen = evaluator.heap().dict();
  List kept;
  for (const Value& item : items) {
    ASHLAR_ASSIGN(const Value key, key_under(evaluator, item, attribute, case_sensitive));
    ASHLAR_TRY(evaluator.heap().insert(*seen, key, None{}));
    if (seen->entries.size() > kept.size()) kept.push_back(item);
  }
  return kept;
}

Result<Value> unique(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("unique", {"case_sensitive", "attribute"}));
  const bool case_sensitive = arguments.flag(0, false);
  const Value attribute = arguments.at(1) ? *arguments.at(1) : Value();
  return evaluator.heap().generator("unique", [&evaluator, input, case_sensitive, attribute] {
    return unique_items(evaluator, input, case_sensitive, attribute);
  });
}

template <bool largest>
Result<Value> extreme(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind(largest ? "max" : "min", {"case_sensitive", "attribute"}));
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  if (items.empty())
    return evaluator.heap().undefined_hint("No aggregated item, sequence was empty.");
  const Value attribute = arguments.at(1) ? *arguments.at(1) : Value();
  Value best = items[0], best_key;
  for (std::size_t i = 0; i < items.size(); ++i) {
    ASHLAR_ASSIGN(Value key, key_under(evaluator, items[i], attribute, arguments.flag(0, false)));
    bool better = i == 0;
    if (!better) {
      ASHLAR_ASSIGN(better, largest ? less(evaluator.meter(), best_key, key)
                                    : less(evaluator.meter(), key, best_key));
    }
    if (!better) continue;
    best = items[i];
    best_key = std::move(key);
  }
  return best;
}

// One tuple (grouper, items); the grouper has the spelling of the first item.
Result<Value> group(Evaluator& evaluator, const Arguments& arguments, List members) {
  const Value otherwise = arguments.at(1) ? *arguments.at(1) : Value();
  ASHLAR_ASSIGN(const Value grouper,
                key_under(evaluator, members[0], *arguments.at(0), true, otherwise));
  ASHLAR_ASSIGN(const Value list, evaluator.heap().list(std::move(members)));
  return evaluator.heap().sequence(SequenceKind::tuple, {grouper, list}, "group");
}

Result<Value> groupby(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("groupby", {"attribute", "default", "case_sensitive"}, 1));
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  const Value otherwise = arguments.at(1) ? *arguments.at(1) : Value();
  List keys;
  for (const Value& item : items) {
    ASHLAR_ASSIGN(Value key, key_under(evaluator, item, *arguments.at(0), arguments.flag(2, false),
                                       otherwise));
    keys.push_back(std::move(key));
  }
  std::vector<std::size_t> order = identity(items.size());
  ASHLAR_TRY(sort_by_keys(evaluator.meter(), order, keys, false));
  List groups, members;
  for (std::size_t i = 0; i < order.size(); ++i) {
    members.push_back(items[order[i]]);
    bool same = i + 1 < order.size();
    if (same) {
      ASHLAR_ASSIGN(same, equal(evaluator.meter(), keys[order[i]], keys[order[i + 1]]));
    }
    if (same) continue;
    ASHLAR_ASSIGN(Value made, group(evaluator, arguments, std::exchange(members, {})));
    groups.push_back(std::move(made));
  }
  return evaluator.heap().list(std::move(groups));
}

}  // namespace

std::span<const NamedFilter> order_filters() {
  static constexpr NamedFilter kTable[] = {
      {"dictsort", dictsort},  {"groupby", groupby}, {"max", extreme<true>},
      {"min", extreme<false>}, {"sort", sort},       {"unique", unique},
  };
  return kTable;
}

}  // namespace ashlar::chat
