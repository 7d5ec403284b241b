// Hexadecimal digits.
#pragma once

#include <optional>

namespace ashlar::base {

constexpr std::optional<unsigned> hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

}  // namespace ashlar::base
