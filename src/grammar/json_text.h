// A JSON string between its quotation marks: the bytes that spell a text of a language, escapes and
// all (RFC 8259, section 7). Lone surrogates spell no text.
#pragma once

#include "grammar/claim.h"
#include "grammar/language.h"

namespace ashlar::grammar {

using TextId = std::uint32_t;
inline constexpr TextId kNoText = 0;

class JsonText {
 public:
  JsonText() { texts_.id({}); }  // kNoText

  // Behind the first quotation mark. `language` lives as long as this.
  TextId open(Language& language);
  // kNoText where no text of the language goes on so. REQUIRES: not closes().
  Result<TextId> next(TextId text, std::uint8_t byte);
  // Whether the byte is the last quotation mark.
  bool closes(TextId text, std::uint8_t byte) const;
  Language& language(TextId text) const { return *texts_[text].language; }
  StateId state(TextId text) const { return texts_[text].state; }

 private:
  enum class Phase : std::uint8_t { plain, escape, hex, low_escape, low_u, low_hex };
  // `bits`: of `digits` hexadecimal digits read; `high`: a surrogate that waits for its other half.
  struct Text {
    Language* language = nullptr;
    StateId state = kDead;
    Phase phase = Phase::plain;
    std::uint8_t digits = 0;
    std::uint16_t bits = 0, high = 0;
    auto operator<=>(const Text&) const = default;
  };

  Result<TextId> next_plain(Text text, std::uint8_t byte);
  Result<TextId> next_escape(Text text, std::uint8_t byte);
  Result<TextId> next_hex(Text text, std::uint8_t byte);
  // The text behind a whole code point.
  Result<TextId> spell(Text text, char32_t code_point);
  // Whether the language goes on with a code point that the digits so far can become.
  Result<bool> can_spell(const Text& text) const;

  Interner<Text> texts_;
};

// Whether the language goes on from `state` with a code point of [first, last], both inside.
Result<bool> goes_on(Language& language, StateId state, char32_t first, char32_t last);

}  // namespace ashlar::grammar
