// Stepping through UTF-8 a character at a time, fast where it is ASCII.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/utf8.h"

namespace ashlar::tokenizer {

struct Character {
  char32_t value;
  std::size_t end;
};

// REQUIRES: at < text.size(); text is UTF-8.
inline Character character_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, at + 1};
  const base::CodePoint point = base::code_point_at(text, at);
  return {point.value, at + point.bytes};
}

// Where the character that ends at `end` begins. REQUIRES: 0 < end <= text.size(); text is UTF-8.
inline std::size_t character_before(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace ashlar::tokenizer
