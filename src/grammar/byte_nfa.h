// A regular expression as a nondeterministic automaton over the bytes of UTF-8 (Thompson 1968).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

using ByteSet = std::bitset<256>;

struct ByteNfa {
  enum class Kind : std::uint8_t { byte, split, start, end, call, accept };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // byte: from `low` to `high` goes on at `next`. split: at `next` and at `other`. start, end: at
  // `next`, before the first byte and behind the last alone. call: what the rule `other` matches,
  // then at `next`.
  struct State {
    Kind kind = Kind::accept;
    std::uint8_t low = 0, high = 0;
    std::uint32_t next = kNone, other = kNone;
  };
  std::vector<State> states;
  std::uint32_t begin = 0;
  std::vector<std::uint32_t> rules = {};  // where each begins
};

inline constexpr std::size_t kMostNfaStates = 1 << 18;

// Errors: too_large, over kMostNfaStates.
Result<ByteNfa> make_byte_nfa(const Regex& regex);

// Bytes that no state tells apart are of one class.
struct ByteClasses {
  std::array<std::uint8_t, 256> of = {};
  std::size_t count = 0;
};
ByteClasses byte_classes(const ByteNfa& nfa);

}  // namespace ashlar::grammar
