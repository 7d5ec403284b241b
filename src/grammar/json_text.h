// A JSON string's spelling of a text that is in a language: the strings whose text is.
#pragma once

#include "grammar/claim.h"
#include "grammar/json_spelling.h"
#include "grammar/language.h"

namespace ashlar::grammar {

using TextId = std::uint32_t;
inline constexpr TextId kNoText = 0;

class JsonText {
 public:
  JsonText() { texts_.id({}); }  // kNoText

  // Behind the first quotation mark. `language` lives as long as this.
  TextId open(Language& language);
  // The same spelling of a text that another language is in `state` behind.
  TextId with(TextId text, Language& language, StateId state);
  // kNoText where no text of the language goes on so. REQUIRES: not closes().
  Result<TextId> next(TextId text, std::uint8_t byte);
  // Whether the byte is the last quotation mark.
  bool closes(TextId text, std::uint8_t byte) const;

  // Whether the language goes on from `state` with a character that the escape so far can become.
  static Result<bool> can_spell(Language& language, StateId state, const JsonSpelling& escape);

  Language& language(TextId text) const { return *texts_[text].language; }
  StateId state(TextId text) const { return texts_[text].state; }
  const JsonSpelling& spelling(TextId text) const { return texts_[text].spelling; }

 private:
  struct Text {
    Language* language = nullptr;
    StateId state = kDead;
    JsonSpelling spelling = {};
    auto operator<=>(const Text&) const = default;
  };

  Interner<Text> texts_;
};

// Whether the language goes on from `state` with a code point of [first, last], both inside.
Result<bool> goes_on(Language& language, StateId state, char32_t first, char32_t last);

}  // namespace ashlar::grammar
