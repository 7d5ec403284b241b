// An answer in pieces, as it comes: what of it is text, and what are the calls' own texts. Read off
// the states of the answer's language; nothing is parsed again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/triggered_language.h"

namespace ashlar::grammar {

struct AnswerPiece {
  enum class Kind : std::uint8_t { text, begin, call, end } kind = Kind::text;
  std::uint32_t call = 0;   // begin, call, end: from 0 in the order in which they came
  std::uint32_t which = 0;  // begin, call, end: of those that the language has
  std::string bytes = {};   // text, call
  bool operator==(const AnswerPiece&) const = default;
};

// By one caller at a time with the language.
class CallReader {
 public:
  // `language` lives as long as this.
  explicit CallReader(TriggeredLanguage& language)
      : language_(language), state_(language.start()), place_(language.place(state_)) {}

  // What may yet turn out to be a trigger is held back. Errors: the language's; internal for a byte
  // that leaves it.
  Status read(std::string_view bytes, std::vector<AnswerPiece>& pieces);
  // The answer has ended: gives what was held back.
  void finish(std::vector<AnswerPiece>& pieces);

 private:
  void step(const Place& to, char byte, std::vector<AnswerPiece>& pieces);
  void give(std::size_t but, std::vector<AnswerPiece>& pieces);
  static void end_call(const Place& place, std::vector<AnswerPiece>& pieces);

  TriggeredLanguage& language_;
  StateId state_;
  Place place_;
  std::string held_;  // of text
};

}  // namespace ashlar::grammar
