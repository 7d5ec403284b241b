// How a JSON value that a schema asks for is written.
#pragma once

#include <cstdint>

namespace ashlar::grammar {

enum class MemberOrder : std::uint8_t { schema, free };
enum class WhiteSpace : std::uint8_t { compact, any };

struct SchemaStyle {
  MemberOrder order = MemberOrder::schema;
  WhiteSpace white_space = WhiteSpace::compact;
};

}  // namespace ashlar::grammar
