// A regular expression as a nondeterministic automaton over the bytes of UTF-8 (Thompson 1968).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "grammar/byte_set.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

struct ByteNfa {
  enum class Kind : std::uint8_t { byte, split, start, end, ahead, behind, call, found, accept };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // byte: from `low` to `high` goes on at `next`. split: at `next` and at `other`. start, end: at
  // `next`, before the first byte and behind the last alone. ahead: at `next` where what begins at
  // `other` can be found from here on (ends at found), or can't; behind: where the part `other` of
  // `behinds` ends here (at accept), or doesn't. call: what the rule `other` matches, then at
  // `next`.
  struct State {
    Kind kind = Kind::accept;
    std::uint8_t low = 0, high = 0;
    bool negative = false;  // ahead, behind
    std::uint32_t next = kNone, other = kNone;
  };
  std::vector<State> states;
  std::uint32_t begin = 0;
  std::vector<std::uint32_t> rules = {};    // where each begins
  std::vector<std::uint32_t> behinds = {};  // where each begins, behind those inside of it
};

inline constexpr std::size_t kMostNfaStates = 1 << 18;

// `last` is accept, or found where what follows a match doesn't matter. Errors: too_large, over
// kMostNfaStates.
Result<ByteNfa> make_byte_nfa(const Regex& regex, ByteNfa::Kind last = ByteNfa::Kind::accept);

// Bytes that no state tells apart are of one class.
struct ByteClasses {
  std::array<std::uint8_t, 256> of = {};
  std::size_t count = 0;
};
ByteClasses byte_classes(const ByteNfa& nfa);

}  // namespace ashlar::grammar
