// What can be walked through, and how long it is.
#include <fmt/format.h>

#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

Result<List> characters(Meter& meter, const Text& text) {
  List items;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = at + base::code_point_at(text.view(), at).bytes;
    ASHLAR_ASSIGN(Text character, cut(meter, text, at, end));
    items.emplace_back(std::move(character));
    at = end;
  }
  return items;
}

Result<List> rest_of(Generator& generator) {
  if (generator.make) {
    const auto make = std::exchange(generator.make, nullptr);
    ASHLAR_ASSIGN(generator.items, make());
  }
  List rest(generator.items.begin() + static_cast<std::ptrdiff_t>(generator.next),
            generator.items.end());
  generator.items.clear();
  generator.next = 0;
  return rest;
}

}  // namespace

Result<List> iterate(Evaluator& evaluator, const Value& value) {
  Meter& meter = evaluator.meter();
  if (const auto* sequence = value.get<Sequence*>()) {
    ASHLAR_TRY(meter.step((*sequence)->items.size()));
    return (*sequence)->items;
  }
  if (const auto* dict = value.get<Dict*>()) {
    ASHLAR_TRY(meter.step((*dict)->entries.size()));
    List keys;
    for (const auto& entry : (*dict)->entries) keys.push_back(entry.first);
    return keys;
  }
  if (const auto* text = value.get<Text>()) return characters(meter, *text);
  if (const auto* generator = value.get<Generator*>()) {
    ASHLAR_ASSIGN(List rest, rest_of(**generator));
    ASHLAR_TRY(meter.step(rest.size()));
    return rest;
  }
  if (value.is<const Undefined*>()) return List{};
  if (value.is<Loop*>())
    return fail(ErrorKind::unsupported, "iterating over the loop variable itself");
  return python_error(fmt::format("'{}' object is not iterable", type_name(value)));
}

bool is_iterable(const Value& value) {
  return value.is<Sequence*>() || value.is<Dict*>() || value.is<Text>() || value.is<Generator*>() ||
         value.is<const Undefined*>() || value.is<Loop*>();
}

Result<std::int64_t> length_of(Meter& meter, const Value& value) {
  if (const auto* text = value.get<Text>()) {
    ASHLAR_TRY(meter.scan(text->size()));
    return static_cast<std::int64_t>(count_points(text->view()));
  }
  if (const auto* sequence = value.get<Sequence*>())
    return static_cast<std::int64_t>((*sequence)->items.size());
  if (const auto* dict = value.get<Dict*>())
    return static_cast<std::int64_t>((*dict)->entries.size());
  if (value.is<const Undefined*>()) return 0;
  if (const auto* loop = value.get<Loop*>()) {
    ASHLAR_TRY((*loop)->draw(SIZE_MAX));
    return static_cast<std::int64_t>((*loop)->items.size());
  }
  return python_error(fmt::format("object of type '{}' has no len()", type_name(value)),
                      value.is<Generator*>() ? "add `|list` before `|length`" : "");
}

}  // namespace ashlar::chat
