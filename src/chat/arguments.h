// The arguments of one call, and their binding to a callee's parameters.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

class Arguments {
 public:
  Arguments() = default;
  explicit Arguments(List given) : positional(std::move(given)) {}

  List positional;
  std::vector<std::pair<Text, Value>> keywords;  // a name may be the caller's, after **

  // Puts every argument at the place of its name. Too many, twice given, unknown or missing (of the
  // first `required`) ones are errors that name `callee`.
  Status bind(std::string_view callee, std::initializer_list<std::string_view> names,
              std::size_t required = 0);
  // For callees that take none by name.
  Status bind_positional(std::string_view callee, std::size_t least, std::size_t most) const;

  // After bind(): the argument, or null when it wasn't given.
  const Value* at(std::size_t index) const;
  // Typed, or the default when not given. None counts as not given for text() alone.
  Result<std::int64_t> integer(std::size_t index, std::int64_t otherwise) const;
  bool flag(std::size_t index, bool otherwise) const;
  Result<std::optional<Text>> text(std::size_t index) const;

  const Value* keyword(std::string_view name) const;
  std::optional<Value> take_keyword(std::string_view name);

 private:
  List bound_;
  std::vector<bool> given_;
};

}  // namespace ashlar::chat
