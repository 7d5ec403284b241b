// How a JSON string spells its text, between its quotation marks: UTF-8 and escapes (RFC 8259,
// section 7). Lone surrogates spell no text.
#pragma once

#include <compare>
#include <cstdint>

#include "grammar/utf8_state.h"

namespace ashlar::grammar {

// Surrogates: the first halves, and behind them the second.
inline constexpr char32_t kHighFirst = 0xD800, kLowFirst = 0xDC00, kLowLast = 0xDFFF;

struct JsonSpelling {
  enum class Phase : std::uint8_t { plain, escape, hex, low_escape, low_u, low_hex };
  // `bits`: of `digits` hexadecimal digits read; `high`: a surrogate that waits for its other half.
  Phase phase = Phase::plain;
  Utf8State utf8 = Utf8State::whole;
  std::uint8_t digits = 0;
  std::uint16_t bits = 0, high = 0;
  // ASCII that needs no escape has none, as JSON's writers have it: each text is spelled one way
  // but for what is behind ASCII, which some write as \\uXXXX.
  bool canonical = false;
  auto operator<=>(const JsonSpelling&) const = default;

  enum class Read : std::uint8_t {
    dead,     // no string goes on so
    pending,  // inside an escape
    byte,     // a byte of the text, as it is
    escaped,  // `character`, by an escape
    closed,   // the last quotation mark
  };
  // Goes on by a byte. Behind `dead` and `closed` it means nothing more.
  Read read(std::uint8_t byte);
  char32_t character = 0;  // of the last escape

 private:
  bool is_needless(char32_t first, char32_t last) const;
  Read read_hex(std::uint8_t byte);
  Read escaped(char32_t code_point);
};

}  // namespace ashlar::grammar
