#include "chat/loop.h"

#include <fmt/format.h>

#include "chat/compare.h"
#include "chat/evaluate.h"

namespace ashlar::chat {
namespace {

Value cycle(Evaluator& evaluator, Loop* loop) {
  Callable callable{"method", "", {}, {}, {}};
  callable.call = [loop](Evaluator&, Arguments& arguments) -> Result<Value> {
    ASHLAR_TRY(arguments.bind_positional("loop.cycle", 0, SIZE_MAX));
    if (arguments.positional.empty()) return python_error("no items for cycling given");
    return arguments.positional[(loop->started - 1) % arguments.positional.size()];
  };
  return evaluator.heap().callable(std::move(callable));
}

Value changed(Evaluator& evaluator, Loop* loop) {
  Callable callable{"method", "", {}, {}, {}};
  callable.call = [loop](Evaluator& e, Arguments& arguments) -> Result<Value> {
    ASHLAR_TRY(arguments.bind_positional("loop.changed", 0, SIZE_MAX));
    if (loop->last_changed) {
      ASHLAR_ASSIGN(const bool same, equal(e.meter(), *loop->last_changed, arguments.positional));
      if (same) return Value(false);
    }
    loop->last_changed = arguments.positional;
    return Value(true);
  };
  return evaluator.heap().callable(std::move(callable));
}

}  // namespace

Result<bool> Loop::draw(std::size_t count) {
  while (items.size() < count && drawn < source.size()) {
    const Value& candidate = source[drawn++];
    bool accepted = true;
    if (accept) {
      ASHLAR_ASSIGN(accepted, accept(candidate));
    }
    if (accepted) items.push_back(candidate);
  }
  return items.size() >= count;
}

Result<bool> Loop::advance() {
  ASHLAR_ASSIGN(const bool more, draw(started + 1));
  if (more) ++started;
  return more;
}

Result<std::optional<Value>> Loop::attribute(Evaluator& evaluator, std::string_view name) {
  const auto index = static_cast<std::int64_t>(started);
  const auto found = [](auto value) { return std::optional<Value>(Value(value)); };
  if (name == "index") return found(index);
  if (name == "index0") return found(index - 1);
  if (name == "first") return found(started == 1);
  if (name == "depth") return found(depth0 + 1);
  if (name == "depth0") return found(depth0);
  if (name == "cycle") return found(cycle(evaluator, this));
  if (name == "changed") return found(changed(evaluator, this));
  if (name == "previtem")
    return found(started == 1 ? evaluator.heap().undefined_hint("there is no previous item")
                              : items[started - 2]);
  if (name == "last" || name == "nextitem") {
    ASHLAR_ASSIGN(const bool more, draw(started + 1));
    if (name == "last") return found(!more);
    return found(more ? items[started] : evaluator.heap().undefined_hint("there is no next item"));
  }
  if (name == "length" || name == "revindex" || name == "revindex0") {
    ASHLAR_TRY(draw(SIZE_MAX));
    const auto length = static_cast<std::int64_t>(items.size());
    if (name == "length") return found(length);
    return found(name == "revindex" ? length - index + 1 : length - index);
  }
  return std::nullopt;
}

std::string Loop::repr() const {
  return fmt::format("<LoopContext {}/{}>", started, items.size());
}

}  // namespace ashlar::chat
