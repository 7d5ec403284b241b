// Methods of dicts, lists and tuples that don't change them.
#include <fmt/format.h>

#include "chat/compare.h"
#include "chat/evaluate.h"
#include "chat/methods.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

Result<Value> get(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("dict.get()", 1, 2));
  ASHLAR_ASSIGN(const Value* found,
                find(evaluator.meter(), *self.as<Dict*>(), arguments.positional[0]));
  if (found) return *found;
  return arguments.positional.size() > 1 ? arguments.positional[1] : Value();
}

template <SequenceKind kind>
Result<Value> view(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("this method", 0, 0));
  List items;
  for (const auto& [key, value] : self.as<Dict*>()->entries) {
    if (kind != SequenceKind::items) {
      items.push_back(kind == SequenceKind::keys ? key : value);
      continue;
    }
    ASHLAR_ASSIGN(Value pair, evaluator.heap().tuple({key, value}));
    items.push_back(std::move(pair));
  }
  return evaluator.heap().sequence(kind, std::move(items));
}

Result<Value> copy_dict(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("dict.copy()", 0, 0));
  ASHLAR_TRY(evaluator.meter().step(self.as<Dict*>()->entries.size()));
  Dict* copied = evaluator.heap().dict();
  *copied = *self.as<Dict*>();
  return copied;
}

Result<Value> copy_list(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("list.copy()", 0, 0));
  return evaluator.heap().list(self.as<Sequence*>()->items);
}

Result<Value> count(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("count", 1, 1));
  std::int64_t times = 0;
  for (const Value& item : self.as<Sequence*>()->items) {
    ASHLAR_ASSIGN(const bool same, equal(evaluator.meter(), item, arguments.positional[0]));
    times += same;
  }
  return Value(times);
}

Result<Value> index(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("index", 1, 1));
  const List& items = self.as<Sequence*>()->items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    ASHLAR_ASSIGN(const bool same, equal(evaluator.meter(), items[i], arguments.positional[0]));
    if (same) return Value(static_cast<std::int64_t>(i));
  }
  ASHLAR_ASSIGN(const Text shown, to_repr(evaluator.meter(), arguments.positional[0]));
  return python_error(fmt::format("{} is not in {}", shown.view(), type_name(self)));
}

constexpr Method kDict[] = {
    {"copy", copy_dict},
    {"get", get},
    {"items", view<SequenceKind::items>},
    {"keys", view<SequenceKind::keys>},
    {"values", view<SequenceKind::values>},
};
constexpr Method kList[] = {{"copy", copy_list}, {"count", count}, {"index", index}};
constexpr Method kTuple[] = {{"count", count}, {"index", index}};

}  // namespace

std::span<const Method> container_methods(const Value& self) {
  if (self.is<Dict*>()) return kDict;
  const auto* sequence = self.get<Sequence*>();
  if (!sequence || (*sequence)->kind > SequenceKind::range) return {};
  if ((*sequence)->kind == SequenceKind::list) return kList;
  return kTuple;
}

}  // namespace ashlar::chat
