// A set of texts, read byte by byte. What an answer must be is a language; what holds an answer to
// it (constraint.h) knows no more of it than this.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace ashlar::grammar {

using StateId = std::uint32_t;
inline constexpr StateId kDead = 0;  // no text goes on from there

// States are made as they are asked for, each once: equal ids, equal futures. Every state but kDead
// has a text that leads to an end. By one caller at a time.
class Language {
 public:
  virtual ~Language() = default;
  virtual StateId start() const = 0;
  // Errors: too_large, over the language's limit of memory.
  virtual Result<StateId> next(StateId state, std::uint8_t byte) = 0;
  virtual bool accepts(StateId state) const = 0;
};

}  // namespace ashlar::grammar
