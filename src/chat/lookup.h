// a.b, a[b] and a[b:c]: attributes, items and slices. Source: jinja2's sandboxed getattr and
// getitem, which never give what begins with __ nor a method that would change a list or dict.
#pragma once

#include <string_view>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

// The attribute first, then the item; undefined when there is neither.
Result<Value> get_attribute(Evaluator& evaluator, const Value& object, std::string_view name);

// Never the item: the filter attr().
Result<Value> get_attribute_only(Evaluator& evaluator, const Value& object, std::string_view name);

// The item first, then the attribute.
Result<Value> get_item(Evaluator& evaluator, const Value& object, const Value& key);

// None leaves a bound out.
Result<Value> slice(Evaluator& evaluator, const Value& object, const Value& start,
                    const Value& stop, const Value& step);

// "a.b.0" of filters like map(attribute=…); digits are indexes. None gives the object itself.
Result<Value> get_path(Evaluator& evaluator, const Value& object, const Value& path);

}  // namespace ashlar::chat
