// A regular expression as a nondeterministic automaton over the bytes of UTF-8 (Thompson 1968).
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

using ByteSet = std::bitset<256>;

struct ByteNfa {
  enum class Kind : std::uint8_t { byte, split, start, end, accept };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // byte: from `low` to `high` goes on at `next`. split: at `next` and at `other`. start, end: at
  // `next`, before the first byte and behind the last alone.
  struct State {
    Kind kind = Kind::accept;
    std::uint8_t low = 0, high = 0;
    std::uint32_t next = kNone, other = kNone;
  };
  std::vector<State> states;
  std::uint32_t begin = 0;
};

inline constexpr std::size_t kMostNfaStates = 1 << 18;

// Errors: too_large, over kMostNfaStates.
Result<ByteNfa> make_byte_nfa(const Regex& regex);

}  // namespace ashlar::grammar
