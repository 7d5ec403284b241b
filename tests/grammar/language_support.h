// Languages put to texts, for tests.
#pragma once

#include <string_view>

#include "grammar/language.h"

namespace ashlar::grammar {

inline bool has(Language& language, std::string_view text) {
  StateId state = language.start();
  for (const char byte : text) {
    state = language.next(state, static_cast<std::uint8_t>(byte)).value();
    if (state == kDead) return false;
  }
  return language.accepts(state);
}

}  // namespace ashlar::grammar
