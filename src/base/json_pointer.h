// JSON pointers (RFC 6901).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::base {

// "/" and the token with '~' and '/' escaped.
std::string pointer_step(std::string_view token);

// The tokens of a pointer; none when the text is no pointer.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);

// An array index as a pointer writes it: no sign, no leading zero.
std::optional<std::size_t> pointer_index(std::string_view token);

}  // namespace ashlar::base
