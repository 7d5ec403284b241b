// A JSON value that keeps what base::Json loses: the text of every number, so that 1e400, 0.1 and
// integers of any size stay exact. Plain data; strings are valid UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ashlar::grammar {

struct Value;
struct Member;

struct Number {
  std::string literal;  // as written, RFC 8259's grammar
};

using Array = std::vector<Value>;

struct Object {
  // In the source file, as Member isn't known yet.
  Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  std::vector<Member> members;         // in the order written, each name once
  std::vector<std::uint32_t> by_name;  // indices of members, sorted by their names

  const Value* find(std::string_view name) const;
  // Where the member stands in `members`.
  std::optional<std::size_t> index_of(std::string_view name) const;
  void erase(std::size_t index);
};

struct Value {
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data = nullptr;

  const bool* boolean() const { return std::get_if<bool>(&data); }
  const Number* number() const { return std::get_if<Number>(&data); }
  const std::string* string() const { return std::get_if<std::string>(&data); }
  const Array* array() const { return std::get_if<Array>(&data); }
  const Object* object() const { return std::get_if<Object>(&data); }
};

struct Member {
  std::string name;
  Value value;
};

// The member that the JSON pointer leads to; nothing happens where there is none.
void remove_member(Value& value, std::string_view pointer);

// "null", "boolean", "number", "string", "array" or "object".
std::string_view type_name(const Value& value);

// A text that two values share exactly when JSON Schema calls them equal: numbers by value, objects
// whatever their order. None when it would be longer than `limit` bytes.
std::optional<std::string> canonical_text(const Value& value, std::size_t limit = SIZE_MAX);

}  // namespace ashlar::grammar
