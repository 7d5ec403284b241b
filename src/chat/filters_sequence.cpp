// Filters on sequences that keep their order: lengths, ends, pieces.
#include <fmt/format.h>

#include <algorithm>

#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/filters.h"
#include "chat/lookup.h"
#include "chat/operators.h"
#include "chat/string_ops.h"

namespace ashlar::chat {
namespace {

Result<Value> length(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("length", {}));
  ASHLAR_ASSIGN(const std::int64_t count, length_of(evaluator.meter(), input));
  return Value(count);
}

Result<Value> list(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("list", {}));
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  return evaluator.heap().list(std::move(items));
}

// A generator gives its next item and keeps the others.
Result<Value> first(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("first", {}));
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  if (const auto* generator = input.get<Generator*>(); generator && !items.empty()) {
    (*generator)->items = items;
    (*generator)->next = 1;
  }
  if (items.empty()) return evaluator.heap().undefined_hint("No first item, sequence was empty.");
  return items.front();
}

Result<Value> last(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("last", {}));
  if (input.is<Generator*>())
    return python_error("'generator' object is not reversible", "add `|list` before `|last`");
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  if (items.empty()) return evaluator.heap().undefined_hint("No last item, sequence was empty.");
  return items.back();
}

Result<Value> reverse(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("reverse", {}));
  ASHLAR_ASSIGN(List items, iterate(evaluator, input));
  std::ranges::reverse(items);
  if (const Text* text = input.get<Text>()) {
    ASHLAR_ASSIGN(const Text reversed, join_texts(evaluator.meter(), items, Text()));
    return Value(reversed.with_markup(text->markup()));
  }
  if (input.is<Generator*>()) return evaluator.heap().list(std::move(items));
  return evaluator.heap().generator("reverse",
                                    [items = std::move(items)]() -> Result<List> { return items; });
}

Result<Value> items(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("items", {}));
  return evaluator.heap().generator("items", [&evaluator, input]() -> Result<List> {
    List pairs;
    if (input.is<const Undefined*>()) return pairs;
    const auto* dict = input.get<Dict*>();
    if (!dict) return python_error("Can only get item pairs from a mapping.");
    for (const auto& [key, value] : (*dict)->entries) {
      ASHLAR_ASSIGN(Value pair, evaluator.heap().tuple({key, value}));
      pairs.push_back(std::move(pair));
    }
    return pairs;
  });
}

// Lists of `size` items.
Result<List> batches(Evaluator& evaluator, const Value& input, std::int64_t size,
                     const Value& fill) {
  ASHLAR_ASSIGN(const List all, iterate(evaluator, input));
  List rows;
  List row;
  const auto close = [&]() -> Status {
    ASHLAR_ASSIGN(Value made, evaluator.heap().list(std::exchange(row, {})));
    rows.push_back(std::move(made));
    return {};
  };
  for (const Value& item : all) {
    if (static_cast<std::int64_t>(row.size()) == size) ASHLAR_TRY(close());
    row.push_back(item);
  }
  while (!row.empty() && !fill.is<None>() && static_cast<std::int64_t>(row.size()) < size) {
    ASHLAR_TRY(evaluator.meter().step());
    row.push_back(fill);
  }
  if (!row.empty()) ASHLAR_TRY(close());
  return rows;
}

Result<Value> batch(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("batch", {"linecount", "fill_with"}, 1));
  ASHLAR_ASSIGN(const std::int64_t size, arguments.integer(0, 1));
  const Value fill = arguments.at(1) ? *arguments.at(1) : Value();
  return evaluator.heap().generator(
      "batch", [&evaluator, input, size, fill] { return batches(evaluator, input, size, fill); });
}

// `count` lists of nearly the same length.
Result<List> slices(Evaluator& evaluator, const Value& input, std::int64_t count,
                    const Value& fill) {
  ASHLAR_ASSIGN(const List all, iterate(evaluator, input));
  if (count == 0) return python_error("integer division or modulo by zero");
  List rows;
  auto from = all.begin();
  const auto length = static_cast<std::int64_t>(all.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const bool longer = i < length % count;
    const auto to = from + length / count + longer;
    List row(from, to);
    if (!fill.is<None>() && !longer) row.push_back(fill);
    ASHLAR_ASSIGN(Value made, evaluator.heap().list(std::move(row)));
    rows.push_back(std::move(made));
    from = to;
  }
  return rows;
}

Result<Value> sliced(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("slice", {"slices", "fill_with"}, 1));
  ASHLAR_ASSIGN(const std::int64_t count, arguments.integer(0, 1));
  const Value fill = arguments.at(1) ? *arguments.at(1) : Value();
  return evaluator.heap().generator(
      "slice", [&evaluator, input, count, fill] { return slices(evaluator, input, count, fill); });
}

Result<Value> sum(Evaluator& evaluator, const Value& input, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind("sum", {"attribute", "start"}));
  ASHLAR_ASSIGN(const List items, iterate(evaluator, input));
  Value total = arguments.at(1) ? *arguments.at(1) : Value(std::int64_t{0});
  if (total.is<Text>()) return python_error("sum() can't sum strings [use ''.join(seq) instead]");
  for (const Value& item : items) {
    Value term = item;
    if (arguments.at(0)) {
      ASHLAR_ASSIGN(term, get_path(evaluator, item, *arguments.at(0)));
    }
    ASHLAR_ASSIGN(total, binary(evaluator, BinaryOp::add, total, term));
  }
  return total;
}

}  // namespace

std::span<const NamedFilter> sequence_filters() {
  static constexpr NamedFilter kTable[] = {
      {"batch", batch},  {"count", length},  {"first", first}, {"items", items},
      {"last", last},    {"length", length}, {"list", list},   {"reverse", reverse},
      {"slice", sliced}, {"sum", sum},
  };
  return kTable;
}

}  // namespace ashlar::chat
