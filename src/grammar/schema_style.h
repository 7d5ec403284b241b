// How a JSON value that a schema asks for is written.
#pragma once

#include <cstdint>

namespace ashlar::grammar {

enum class MemberOrder : std::uint8_t { schema, free };
// Between tokens of JSON: none, or whatever it allows.
enum class WhiteSpace : std::uint8_t { compact, any };
// In strings: those that ASCII can't do without, or any.
enum class Escapes : std::uint8_t { needed, any };

struct SchemaStyle {
  MemberOrder order = MemberOrder::schema;
  WhiteSpace white_space = WhiteSpace::compact;
  Escapes escapes = Escapes::needed;
};

// As options say it: members in any order; what JSON allows of white space, and of escapes then.
constexpr SchemaStyle schema_style(bool free_order, bool any_white_space) {
  return {.order = free_order ? MemberOrder::free : MemberOrder::schema,
          .white_space = any_white_space ? WhiteSpace::any : WhiteSpace::compact,
          .escapes = any_white_space ? Escapes::any : Escapes::needed};
}

}  // namespace ashlar::grammar
