// The methods of strings, lists and dicts, in tables. Those that would change a list or dict are
// refused when called, as in Jinja's immutable sandbox.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "chat/arguments.h"
#include "chat/value.h"

namespace ashlar::chat {

using MethodFunction = Result<Value> (*)(Evaluator&, const Value& self, Arguments&);

struct Method {
  std::string_view name;
  MethodFunction function;
};

std::span<const Method> string_methods();     // methods_string.cpp
std::span<const Method> character_methods();  // methods_character.cpp: isalpha and its like
std::span<const Method> container_methods(const Value& self);  // methods_container.cpp

// `object.name` as something to call. Nothing when Python has no such method; a method that Python
// has and we don't is ErrorKind::unsupported.
Result<std::optional<Value>> bind_method(Evaluator& evaluator, const Value& object,
                                         std::string_view name);

}  // namespace ashlar::chat
