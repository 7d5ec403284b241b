// Arrays and objects of a validation walk.
#include <fmt/format.h>

#include <algorithm>

#include "base/json_pointer.h"
#include "grammar/shown.h"
#include "grammar/validation_walk.h"

namespace ashlar::grammar {

void ValidationWalk::check_array(Frame& frame, const ArrayLimits& limits, const Array& array) {
  if (limits.min_items && array.size() < *limits.min_items)
    fail_at(frame, "minItems",
            fmt::format("{} items, fewer than {}", array.size(), *limits.min_items));
  if (limits.max_items && array.size() > *limits.max_items)
    fail_at(frame, "maxItems",
            fmt::format("{} items, more than {}", array.size(), *limits.max_items));
  if (limits.unique && !frame.over()) check_unique(frame, array);
  for (std::size_t i = 0; i < array.size() && !frame.over() && !stopped_; ++i) {
    if (i < limits.prefix.size())
      check_item(frame, limits.prefix[i], array, i);
    else if (limits.rest)
      check_item(frame, *limits.rest, array, i);
    else
      break;
  }
  if (limits.contains && !frame.over()) check_contains(frame, limits, array);
}

void ValidationWalk::check_item(Frame& frame, NodeId node, const Array& array, std::size_t index) {
  path_.push_back({nullptr, index});
  if (!evaluate(node, array[index], nullptr, frame.loud)) frame.valid = false;
  path_.pop_back();
  if (frame.seen) frame.seen->mark(index);
}

void ValidationWalk::check_contains(Frame& frame, const ArrayLimits& limits, const Array& array) {
  std::uint64_t count = 0;
  const bool enough = !limits.max_contains && !(frame.seen && limits.contains_evaluates);
  for (std::size_t i = 0; i < array.size() && !stopped_; ++i) {
    if (enough && count >= limits.min_contains) break;
    path_.push_back({nullptr, i});
    const bool valid = evaluate(*limits.contains, array[i], nullptr, false);
    path_.pop_back();
    if (!valid) continue;
    ++count;
    if (frame.seen && limits.contains_evaluates) frame.seen->mark(i);
  }
  if (count < limits.min_contains)
    fail_at(frame, limits.min_contains == 1 ? "contains" : "minContains",
            fmt::format("{} items are as wanted, fewer than {}", count, limits.min_contains));
  if (limits.max_contains && count > *limits.max_contains)
    fail_at(frame, "maxContains",
            fmt::format("{} items are as wanted, more than {}", count, *limits.max_contains));
}

void ValidationWalk::check_unique(Frame& frame, const Array& array) {
  std::vector<std::string> texts;
  texts.reserve(array.size());
  for (const Value& item : array) {
    texts.push_back(*canonical_text(item));
    if (!spend(1 + texts.back().size() / 16)) return;
  }
  std::sort(texts.begin(), texts.end());
  if (std::adjacent_find(texts.begin(), texts.end()) != texts.end())
    fail_at(frame, "uniqueItems", "two items are equal");
}

void ValidationWalk::check_object(Frame& frame, const ObjectLimits& limits, const Object& object) {
  const std::size_t count = object.members.size();
  if (limits.min_properties && count < *limits.min_properties)
    fail_at(frame, "minProperties",
            fmt::format("{} properties, fewer than {}", count, *limits.min_properties));
  if (limits.max_properties && count > *limits.max_properties)
    fail_at(frame, "maxProperties",
            fmt::format("{} properties, more than {}", count, *limits.max_properties));
  if (!frame.over()) check_required(frame, limits, object);
  for (std::size_t i = 0; i < count && !frame.over() && !stopped_; ++i)
    check_member(frame, limits, object, i);
  if (!frame.over()) check_dependents(frame, limits, object);
}

void ValidationWalk::check_member(Frame& frame, const ObjectLimits& limits, const Object& object,
                                  std::size_t index) {
  const std::string& name = object.members[index].name;
  if (!spend(1 + name.size() / 32)) return;
  if (limits.names) {
    const Value value{name};
    if (!evaluate(*limits.names, value, nullptr, frame.loud)) frame.valid = false;
  }
  bool known = false;
  if (const auto at = limits.by_name.find(name); at != limits.by_name.end())
    known = check_child(frame, at->second, object, index);
  for (const PatternProperty& property : limits.patterns) {
    if (frame.over() || stopped_) return;
    if (found(property.pattern, name)) known = check_child(frame, property.node, object, index);
  }
  if (!known && limits.additional && !frame.over())
    check_child(frame, *limits.additional, object, index);
}

bool ValidationWalk::check_child(Frame& frame, NodeId node, const Object& object,
                                 std::size_t index) {
  path_.push_back({&object.members[index].name, 0});
  if (!evaluate(node, object.members[index].value, nullptr, frame.loud)) frame.valid = false;
  path_.pop_back();
  if (frame.seen) frame.seen->mark(index);
  return true;
}

void ValidationWalk::check_required(Frame& frame, const ObjectLimits& limits,
                                    const Object& object) {
  for (const std::string& name : limits.required) {
    if (frame.over() || !spend(1 + name.size() / 8)) return;
    if (!object.find(name))
      fail_at(frame, "required", fmt::format("the property '{}' is missing", shown(name)));
  }
}

void ValidationWalk::check_dependents(Frame& frame, const ObjectLimits& limits,
                                      const Object& object) {
  for (const DependentRequired& dependent : limits.dependent_required) {
    if (!spend(1 + dependent.name.size() / 8) || !object.find(dependent.name)) continue;
    for (const std::string& name : dependent.required) {
      if (frame.over() || !spend(1 + name.size() / 8)) return;
      if (!object.find(name))
        fail_at(frame, dependent.keyword,
                fmt::format("the property '{}' is missing, as there is '{}'", shown(name),
                            shown(dependent.name)),
                base::pointer_step(dependent.name));
    }
  }
  for (const DependentSchema& dependent : limits.dependent_schemas) {
    if (frame.over() || !spend(1 + dependent.name.size() / 8)) return;
    if (object.find(dependent.name) && !apply(frame, dependent.node, frame.loud))
      frame.valid = false;
  }
}

// Last, when all that could evaluate has been applied.
void ValidationWalk::check_unevaluated(Frame& frame) {
  const Array* array = frame.value.array();
  if (array && frame.node.array && frame.node.array->unevaluated)
    for (std::size_t i = 0; i < array->size() && !frame.over() && !stopped_; ++i)
      if (!frame.seen->has(i)) check_item(frame, *frame.node.array->unevaluated, *array, i);
  const Object* object = frame.value.object();
  if (object && frame.node.object && frame.node.object->unevaluated)
    for (std::size_t i = 0; i < object->members.size() && !frame.over() && !stopped_; ++i)
      if (!frame.seen->has(i)) check_child(frame, *frame.node.object->unevaluated, *object, i);
}

}  // namespace ashlar::grammar
