// A walk from a language's start, by the last byte that goes on at each state.
#pragma once

#include <cstdint>

#include "grammar/language.h"

// `ends`: every state leads to an end, which is tested where nothing goes on.
inline void walk_language(ashlar::grammar::Language& language, bool ends) {
  using namespace ashlar::grammar;
  StateId state = language.start();
  for (int steps = 0; steps < 64; ++steps) {
    StateId last = kDead;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto next = language.next(state, static_cast<std::uint8_t>(byte));
      if (!next) return;
      if (*next != kDead) last = *next;
    }
    if (last == kDead) {
      if (ends && !language.accepts(state)) __builtin_trap();
      return;
    }
    state = last;
  }
}
