#include "chat/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "chat/evaluate.h"
#include "chat/search.h"

namespace ashlar::chat {
namespace {

tl::unexpected<Error> no_order(std::string_view op, const Value& left, const Value& right) {
  for (const Value* side : {&left, &right})
    if (const auto* undefined = side->get<const Undefined*>())
      return tl::unexpected<Error>(undefined_error(**undefined));
  return python_error(fmt::format("'{}' not supported between instances of '{}' and '{}'", op,
                                  type_name(left), type_name(right)));
}

Result<bool> equal_dicts(Meter& meter, const Dict& left, const Dict& right) {
  if (left.entries.size() != right.entries.size()) return false;
  for (const auto& [key, value] : left.entries) {
    ASHLAR_ASSIGN(const Value* other, find(meter, right, key));
    if (!other) return false;
    ASHLAR_ASSIGN(const bool same, equal(meter, value, *other));
    if (!same) return false;
  }
  return true;
}

// Integers exactly, else as floats.
bool equal_numbers(const Value& left, const Value& right) {
  const auto a = integer_of(left), b = integer_of(right);
  return a && b ? *a == *b : *number_of(left) == *number_of(right);
}

Result<bool> less_sequences(Meter& meter, const List& left, const List& right) {
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    ASHLAR_ASSIGN(const bool same, equal(meter, left[i], right[i]));
    if (!same) return less(meter, left[i], right[i]);
  }
  return left.size() < right.size();
}

// The merge of two sorted runs; takes from the left unless the right is before it.
Status merge(Meter& meter, std::vector<std::size_t>& order, const List& keys, bool descending,
             std::size_t begin, std::size_t middle, std::size_t end) {
  std::vector<std::size_t> merged;
  merged.reserve(end - begin);
  std::size_t a = begin, b = middle;
  while (a < middle && b < end) {
    const Value &left = keys[order[a]], &right = keys[order[b]];
    ASHLAR_ASSIGN(const bool right_first,
                  descending ? less(meter, left, right) : less(meter, right, left));
    merged.push_back(order[right_first ? b++ : a++]);
  }
  merged.insert(merged.end(), order.begin() + static_cast<std::ptrdiff_t>(a),
                order.begin() + static_cast<std::ptrdiff_t>(middle));
  merged.insert(merged.end(), order.begin() + static_cast<std::ptrdiff_t>(b),
                order.begin() + static_cast<std::ptrdiff_t>(end));
  std::ranges::copy(merged, order.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

}  // namespace

Result<bool> equal(Meter& meter, const List& left, const List& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    ASHLAR_ASSIGN(const bool same, equal(meter, left[i], right[i]));
    if (!same) return false;
  }
  return true;
}

Result<bool> equal(Meter& meter, const Value& left, const Value& right) {
  DepthScope level(meter);
  ASHLAR_TRY(level.entered());
  ASHLAR_TRY(meter.step());
  if (is_number(left) && is_number(right)) return equal_numbers(left, right);
  if (left.variant().index() != right.variant().index()) return false;
  if (const auto* text = left.get<Text>()) {
    ASHLAR_TRY(meter.scan(text->size()));
    return text->view() == right.get<Text>()->view();
  }
  if (left.is<None>() || left.is<const Undefined*>()) return true;
  if (const auto* sequence = left.get<Sequence*>()) {
    const Sequence* other = right.as<Sequence*>();
    return (*sequence)->kind == other->kind ? equal(meter, (*sequence)->items, other->items)
                                            : Result<bool>(false);
  }
  if (const auto* dict = left.get<Dict*>()) return equal_dicts(meter, **dict, *right.as<Dict*>());
  if (const auto* generator = left.get<Generator*>()) return *generator == right.as<Generator*>();
  if (const auto* callable = left.get<Callable*>()) return *callable == right.as<Callable*>();
  if (const auto* space = left.get<Namespace*>()) return *space == right.as<Namespace*>();
  return left.as<Loop*>() == right.as<Loop*>();
}

Result<bool> less(Meter& meter, const Value& left, const Value& right) {
  DepthScope level(meter);
  ASHLAR_TRY(level.entered());
  ASHLAR_TRY(meter.step());
  if (is_number(left) && is_number(right)) {
    const auto a = integer_of(left), b = integer_of(right);
    return a && b ? *a < *b : *number_of(left) < *number_of(right);
  }
  const Text *a = left.get<Text>(), *b = right.get<Text>();
  if (a && b) {
    ASHLAR_TRY(meter.scan(std::min(a->size(), b->size())));
    return a->view() < b->view();  // UTF-8 sorts as its code points do
  }
  const auto *s = left.get<Sequence*>(), *t = right.get<Sequence*>();
  const bool ordered = s && t && (*s)->kind == (*t)->kind &&
                       ((*s)->kind == SequenceKind::list || (*s)->kind == SequenceKind::tuple);
  if (!ordered) return no_order("<", left, right);
  return less_sequences(meter, (*s)->items, (*t)->items);
}

Result<bool> contains(Evaluator& evaluator, const Value& container, const Value& item) {
  Meter& meter = evaluator.meter();
  if (const auto* text = container.get<Text>()) {
    const Text* part = item.get<Text>();
    if (!part)
      return python_error(
          fmt::format("'in <string>' requires string as left operand, not {}", type_name(item)));
    ASHLAR_TRY(meter.scan(text->size()));
    return find_bytes(text->view(), part->view()) != std::string_view::npos;
  }
  if (const auto* dict = container.get<Dict*>()) {
    ASHLAR_ASSIGN(const Value* found, find(meter, **dict, item));
    return found != nullptr;
  }
  if (!is_iterable(container))
    return python_error(fmt::format("argument of type '{}' is not iterable", type_name(container)));
  ASHLAR_ASSIGN(const List items, iterate(evaluator, container));
  for (const Value& candidate : items) {
    ASHLAR_ASSIGN(const bool same, equal(meter, candidate, item));
    if (same) return true;
  }
  return false;
}

Result<bool> compare(Evaluator& evaluator, CompareOp op, const Value& left, const Value& right) {
  Meter& meter = evaluator.meter();
  const auto negate = [](Result<bool> result) { return result.map([](bool b) { return !b; }); };
  // NaN: a <= b is not the opposite of b < a.
  const auto at_most = [&](const Value& a, const Value& b) -> Result<bool> {
    if (is_number(a) && is_number(b) && !(integer_of(a) && integer_of(b)))
      return *number_of(a) <= *number_of(b);
    return negate(less(meter, b, a));
  };
  switch (op) {
    case CompareOp::equal: return equal(meter, left, right);
    case CompareOp::unequal: return negate(equal(meter, left, right));
    case CompareOp::less: return less(meter, left, right);
    case CompareOp::greater: return less(meter, right, left);
    case CompareOp::less_equal: return at_most(left, right);
    case CompareOp::greater_equal: return at_most(right, left);
    case CompareOp::in: return contains(evaluator, right, left);
    case CompareOp::not_in: return negate(contains(evaluator, right, left));
  }
  return false;
}

Status sort_by_keys(Meter& meter, std::vector<std::size_t>& order, const List& keys,
                    bool descending) {
  for (std::size_t run = 1; run < order.size(); run *= 2)
    for (std::size_t begin = 0; begin + run < order.size(); begin += 2 * run)
      ASHLAR_TRY(merge(meter, order, keys, descending, begin, begin + run,
                       std::min(begin + 2 * run, order.size())));
  return {};
}

}  // namespace ashlar::chat
