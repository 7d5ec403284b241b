#include "chat/search.h"

#include <string.h>

#include <vector>

namespace ashlar::chat {

std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  const void* found = memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
               : std::string_view::npos;
}

// Knuth, Morris and Pratt, from the right.
std::size_t find_last_bytes(std::string_view text, std::string_view needle) {
  const std::size_t size = needle.size();
  if (size == 0) return text.size();
  if (size > text.size()) return std::string_view::npos;
  const auto from_right = [](std::string_view bytes, std::size_t i) {
    return bytes[bytes.size() - 1 - i];
  };
  std::vector<std::size_t> border(size, 0);
  for (std::size_t i = 1, matched = 0; i < size; ++i) {
    while (matched > 0 && from_right(needle, i) != from_right(needle, matched))
      matched = border[matched - 1];
    border[i] = matched += from_right(needle, i) == from_right(needle, matched);
  }
  for (std::size_t i = 0, matched = 0; i < text.size(); ++i) {
    while (matched > 0 && from_right(text, i) != from_right(needle, matched))
      matched = border[matched - 1];
    matched += from_right(text, i) == from_right(needle, matched);
    if (matched == size) return text.size() - 1 - i;
  }
  return std::string_view::npos;
}

}  // namespace ashlar::chat
