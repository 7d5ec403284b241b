// The `loop` variable of a for loop. Items are drawn one ahead of need, as in Jinja, so that a
// filter on the loop sees what the body has changed so far.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat/ast.h"
#include "chat/value.h"

namespace ashlar::chat {

struct Scope;

struct Loop {
  const For* node;
  std::shared_ptr<Scope> outside;  // where the loop stands; a recursive call starts there
  std::int64_t depth0;
  List source;
  std::function<Result<bool>(const Value&)> accept;  // the loop's filter; may be empty

  List items = {};                     // accepted so far
  std::size_t drawn = 0, started = 0;  // of source; of items
  std::optional<List> last_changed = {};

  // Draws until `count` items are accepted or the source is empty; tells whether they are.
  Result<bool> draw(std::size_t count);
  // Moves to the next item.
  Result<bool> advance();
  const Value& item() const { return items[started - 1]; }

  Result<std::optional<Value>> attribute(Evaluator& evaluator, std::string_view name);
  std::string repr() const;
};

}  // namespace ashlar::chat
