#include "chat/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "chat/evaluate.h"
#include "chat/methods.h"
#include "chat/repr.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

bool is_private(std::string_view name) {
  return name.starts_with("__");
}

Value unsafe(Evaluator& evaluator, const Value& object, std::string_view name) {
  return evaluator.heap().undefined_hint(fmt::format(
      "access to attribute {} of '{}' object is unsafe.", quote(name), type_name(object)));
}

// The attribute of an object that Python knows by that name; nothing when there is none.
Result<std::optional<Value>> own_attribute(Evaluator& evaluator, const Value& object,
                                           std::string_view name) {
  if (const auto* undefined = object.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  if (const auto* space = object.get<Namespace*>()) {
    ASHLAR_TRY(evaluator.meter().search((*space)->attributes.size()));
    const Value* found = (*space)->find(name);
    if (found && name.starts_with('_')) return unsafe(evaluator, object, name);
    return found ? std::optional<Value>(*found) : std::nullopt;
  }
  if (const auto* loop = object.get<Loop*>()) return (*loop)->attribute(evaluator, name);
  if (const auto* callable = object.get<Callable*>()) {
    for (const auto& [key, value] : (*callable)->attributes)
      if (key == name) return value;
    if (name == "current" && (*callable)->current) return (*callable)->current();
    return std::nullopt;
  }
  if (const auto* sequence = object.get<Sequence*>(); sequence && (*sequence)->label == "group") {
    if (name == "grouper") return (*sequence)->items[0];
    if (name == "list") return (*sequence)->items[1];
  }
  return bind_method(evaluator, object, name);
}

// The item under an index or key; nothing when there is none or the object has no items.
Result<std::optional<Value>> own_item(Evaluator& evaluator, const Value& object, const Value& key) {
  if (const auto* undefined = object.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  if (const auto* dict = object.get<Dict*>()) {
    const auto found =
        find(evaluator.meter(), **dict, key);  // a key that can't be one is simply absent
    return found && *found ? std::optional<Value>(**found) : std::nullopt;
  }
  const std::optional<std::int64_t> index = integer_of(key);
  if (!index) return std::nullopt;
  if (const auto* sequence = object.get<Sequence*>();
      sequence && (*sequence)->kind <= SequenceKind::range) {
    const auto size = static_cast<std::int64_t>((*sequence)->items.size());
    const std::int64_t at = *index < 0 ? *index + size : *index;
    if (at < 0 || at >= size) return std::nullopt;
    return (*sequence)->items[static_cast<std::size_t>(at)];
  }
  const Text* text = object.get<Text>();
  if (!text) return std::nullopt;
  ASHLAR_ASSIGN(const std::int64_t size, length_of(evaluator.meter(), object));
  const std::int64_t at = *index < 0 ? *index + size : *index;
  if (at < 0 || at >= size) return std::nullopt;
  const std::size_t begin = byte_of_point(text->view(), static_cast<std::size_t>(at));
  const std::size_t length = byte_of_point(text->view().substr(begin), 1);
  ASHLAR_ASSIGN(const Text character, cut(evaluator.meter(), *text, begin, begin + length));
  return std::optional<Value>(character);
}

struct Range {
  std::int64_t start, stop, step;
};

// The bounds as Python's slice.indices(length) gives them.
Result<Range> resolve(std::int64_t length, const Value& start, const Value& stop,
                      const Value& step) {
  for (const Value* bound : {&start, &stop, &step})
    if (!bound->is<None>() && !integer_of(*bound))
      return python_error("slice indices must be integers or None or have an __index__ method");
  const std::int64_t by = step.is<None>() ? 1 : *integer_of(step);
  if (by == 0) return python_error("slice step cannot be zero");
  const std::int64_t low = by < 0 ? -1 : 0, high = by < 0 ? length - 1 : length;
  const auto clamp = [&](const Value& bound, std::int64_t otherwise) {
    if (bound.is<None>()) return otherwise;
    const std::int64_t at = *integer_of(bound);
    return std::clamp(at < 0 ? at + length : at, low, high);
  };
  return Range{clamp(start, by < 0 ? high : low), clamp(stop, by < 0 ? low : high), by};
}

// How many steps there are, and the k-th; written so that no step overflows.
std::int64_t steps_in(const Range& range) {
  if (range.step > 0)
    return range.start < range.stop ? (range.stop - range.start - 1) / range.step + 1 : 0;
  return range.stop < range.start ? (range.stop - range.start + 1) / range.step + 1 : 0;
}

Result<Value> slice_text(Evaluator& evaluator, const Text& text, const Range& range) {
  const std::int64_t count = steps_in(range);
  Meter& meter = evaluator.meter();
  if (count == 0) return Value(Text().with_markup(text.markup()));
  if (range.step == 1) {
    const std::size_t begin = byte_of_point(text.view(), static_cast<std::size_t>(range.start));
    const std::size_t length =
        byte_of_point(text.view().substr(begin), static_cast<std::size_t>(count));
    return cut(meter, text, begin, begin + length);
  }
  ASHLAR_ASSIGN(const List characters, iterate(evaluator, text));
  TextBuilder builder(meter);
  for (std::int64_t k = 0; k < count; ++k)
    builder.append(*characters[static_cast<std::size_t>(range.start + k * range.step)].get<Text>());
  ASHLAR_ASSIGN(const Text picked, builder.finish());
  return picked.with_markup(text.markup());
}

}  // namespace

Result<Value> get_attribute(Evaluator& evaluator, const Value& object, std::string_view name) {
  if (!is_private(name)) {
    ASHLAR_ASSIGN(const std::optional<Value> attribute, own_attribute(evaluator, object, name));
    if (attribute) return *attribute;
  }
  ASHLAR_ASSIGN(const std::optional<Value> item,
                own_item(evaluator, object, Text(std::string(name))));
  if (item) return *item;
  if (is_private(name)) return unsafe(evaluator, object, name);
  return evaluator.heap().undefined_member(object, Text(std::string(name)));
}

Result<Value> get_item(Evaluator& evaluator, const Value& object, const Value& key) {
  ASHLAR_ASSIGN(const std::optional<Value> item, own_item(evaluator, object, key));
  if (item) return *item;
  if (const Text* name = key.get<Text>()) {
    if (is_private(name->view())) return unsafe(evaluator, object, name->view());
    ASHLAR_ASSIGN(const std::optional<Value> attribute,
                  own_attribute(evaluator, object, name->view()));
    if (attribute) return *attribute;
  }
  return evaluator.heap().undefined_member(object, key);
}

Result<Value> get_attribute_only(Evaluator& evaluator, const Value& object, std::string_view name) {
  if (is_private(name)) return unsafe(evaluator, object, name);
  ASHLAR_ASSIGN(const std::optional<Value> attribute, own_attribute(evaluator, object, name));
  if (attribute) return *attribute;
  return evaluator.heap().undefined_member(object, Text(std::string(name)));
}

Result<Value> slice(Evaluator& evaluator, const Value& object, const Value& start,
                    const Value& stop, const Value& step) {
  if (const auto* undefined = object.get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  const Text* text = object.get<Text>();
  const auto* sequence = object.get<Sequence*>();
  if (!text && (!sequence || (*sequence)->kind > SequenceKind::range))
    return python_error(fmt::format("'{}' object is not subscriptable", type_name(object)));
  ASHLAR_ASSIGN(const std::int64_t length, length_of(evaluator.meter(), object));
  ASHLAR_ASSIGN(const Range range, resolve(length, start, stop, step));
  if (text) return slice_text(evaluator, *text, range);
  if ((*sequence)->kind == SequenceKind::range)
    return fail(ErrorKind::unsupported, "a slice of a range", {}, "add `|list` before the slice");
  List items;
  for (std::int64_t k = 0; k < steps_in(range); ++k)
    items.push_back((*sequence)->items[static_cast<std::size_t>(range.start + k * range.step)]);
  return evaluator.heap().sequence((*sequence)->kind, std::move(items));
}

Result<Value> get_path(Evaluator& evaluator, const Value& object, const Value& path) {
  if (path.is<None>()) return object;
  const Text* text = path.get<Text>();
  if (!text) return get_item(evaluator, object, path);
  Value at = object;
  std::string_view rest = text->view();
  for (bool more = true; more;) {
    ASHLAR_TRY(evaluator.meter().step());
    const std::size_t dot = rest.find('.');
    more = dot != std::string_view::npos;
    const std::string part(rest.substr(0, dot));
    if (more) rest.remove_prefix(dot + 1);
    const bool digits = !part.empty() && part.size() < 19 &&
                        part.find_first_not_of("0123456789") == std::string::npos;
    const Value key =
        digits ? Value(static_cast<std::int64_t>(std::stoll(part))) : Value(Text(part));
    ASHLAR_ASSIGN(at, get_item(evaluator, at, key));
  }
  return at;
}

}  // namespace ashlar::chat
