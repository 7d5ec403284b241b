// UTF-8's bytes as an automaton (RFC 3629, section 4): no surrogates, nothing overlong.
#pragma once

#include <cstdint>

namespace ashlar::grammar {

// Between characters, or before the last bytes of one.
enum class Utf8State : std::uint8_t {
  dead,
  whole,
  tail1,
  tail2,
  tail3,
  after_e0,
  after_ed,
  after_f0,
  after_f4,
};

constexpr Utf8State utf8_first(std::uint8_t byte) {
  if (byte < 0x80) return Utf8State::whole;
  if (byte < 0xC2 || byte > 0xF4) return Utf8State::dead;
  if (byte < 0xE0) return Utf8State::tail1;
  if (byte == 0xE0) return Utf8State::after_e0;
  if (byte == 0xED) return Utf8State::after_ed;
  if (byte < 0xF0) return Utf8State::tail2;
  if (byte == 0xF0) return Utf8State::after_f0;
  return byte == 0xF4 ? Utf8State::after_f4 : Utf8State::tail3;
}

constexpr Utf8State utf8_next(Utf8State state, std::uint8_t byte) {
  struct Tail {
    std::uint8_t low, high;
    Utf8State next;
  };
  constexpr Tail tails[] = {
      {0x80, 0xBF, Utf8State::whole}, {0x80, 0xBF, Utf8State::tail1},
      {0x80, 0xBF, Utf8State::tail2}, {0xA0, 0xBF, Utf8State::tail1},
      {0x80, 0x9F, Utf8State::tail1}, {0x90, 0xBF, Utf8State::tail2},
      {0x80, 0x8F, Utf8State::tail2},
  };
  if (state == Utf8State::dead) return state;
  if (state == Utf8State::whole) return utf8_first(byte);
  const Tail& tail =
      tails[static_cast<std::uint8_t>(state) - static_cast<std::uint8_t>(Utf8State::tail1)];
  return tail.low <= byte && byte <= tail.high ? tail.next : Utf8State::dead;
}

}  // namespace ashlar::grammar
