// A set of texts, read byte by byte. What an answer must be is a language; what holds an answer to
// it (constraint.h) knows no more of it than this.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/byte_set.h"
#include "grammar/json_spelling.h"
#include "grammar/state.h"
#include "grammar/token_mask.h"

namespace ashlar::grammar {

class FreeTextMasks;

// What a state inside of a JSON string leads to, where that isn't told by the string's text.
struct FreeText {
  JsonSpelling spelling = {};
  // Where the text is not free: the tokens that stay inside, and by FreeTextMask::exits() where the
  // last quotation mark leads.
  SharedMask inside = nullptr;
  std::vector<StateId> behinds = {};
  std::uint64_t min = 0;                  // characters that must still come
  std::optional<std::uint64_t> max = {};  // that may
  StateId behind = kDead;                 // where the last quotation mark leads
  // An escape may spell what is listed in plain.
  bool leads_elsewhere(const std::string& content) const {
    return std::ranges::binary_search(elsewhere, content) ||
           (!elsewhere.empty() && content.find('\\') != std::string::npos);
  }
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

  // What follows makes masks fast, and changes none.

  // Bytes among which are all that lead on.
  virtual ByteSet next_bytes(StateId) { return ByteSet().set(); }
  // A state from which the same tokens lead on, fewer others being met on the way. Where it
  // is_loose(), a token that leads from it to a state that needs_proof() may not be one of them.
  virtual Result<StateId> alike(StateId state) { return state; }
  // States whose texts together are this one's; none: it is not made of others.
  virtual std::vector<StateId> parts(StateId) { return {}; }
  virtual bool is_loose(StateId) const { return false; }
  virtual bool needs_proof(StateId) const { return false; }
  virtual Result<std::optional<FreeText>> free_text(StateId, FreeTextMasks&) {
    return std::nullopt;
  }
  // States that are made from here on may be forgotten, where they are many.
  virtual void mark() {}
  virtual void forget() {}
};

// A state that stands for `state` wherever it goes: one alike, unless it is only loosely so.
inline Result<StateId> exactly_alike(Language& language, StateId state) {
  ASHLAR_ASSIGN(const StateId alike, language.alike(state));
  return language.is_loose(alike) ? state : alike;
}

}  // namespace ashlar::grammar
