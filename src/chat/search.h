// Finding bytes in bytes, in linear time whatever the two hold.
#pragma once

#include <cstddef>
#include <string_view>

namespace ashlar::chat {

// Where `needle` begins first at or after `from`, and last; npos when nowhere.
std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from = 0);
std::size_t find_last_bytes(std::string_view text, std::string_view needle);

}  // namespace ashlar::chat
