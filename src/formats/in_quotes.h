// Text from a file that nobody vouches for, made fit for a message or a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ashlar::formats {

// In quotes, at most `limit` bytes of it (then an ellipsis). What is not UTF-8 becomes U+FFFD, and
// so do control characters: an escape sequence in a file must not reach a terminal.
std::string in_quotes(std::string_view text, std::size_t limit = 80);

}  // namespace ashlar::formats
