// A set of texts, read byte by byte. What an answer must be is a language; what holds an answer to
// it (constraint.h) knows no more of it than this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/json_spelling.h"

namespace ashlar::grammar {

using StateId = std::uint32_t;
inline constexpr StateId kDead = 0;  // no text goes on from there

// What a state inside of a JSON string that may be any text leads to.
struct FreeText {
  JsonSpelling spelling = {};
  std::uint64_t min = 0;                  // characters that must still come
  std::optional<std::uint64_t> max = {};  // that may
  StateId behind = kDead;                 // where the last quotation mark leads
  // Spellings, from here, behind which it leads elsewhere; ascending.
  std::vector<std::string> elsewhere = {};
};

// States are made as they are asked for, each once: equal ids, equal futures. Every state but kDead
// has a text that leads to an end. By one caller at a time.
class Language {
 public:
  virtual ~Language() = default;
  virtual StateId start() const = 0;
  // Errors: too_large, over the language's limit of memory.
  virtual Result<StateId> next(StateId state, std::uint8_t byte) = 0;
  virtual bool accepts(StateId state) const = 0;
  // A state behind which the same texts of a token's length may come, and that takes fewer others
  // to walk from.
  virtual Result<StateId> alike(StateId state) { return state; }
  // Told where it is known; a mask is found faster with it, and is the same without.
  virtual Result<std::optional<FreeText>> free_text(StateId) { return std::nullopt; }
};

}  // namespace ashlar::grammar
