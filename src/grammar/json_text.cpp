#include "grammar/json_text.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "grammar/code_set.h"

namespace ashlar::grammar {
namespace {

using Phase = JsonSpelling::Phase;

// Bytes that continue a sequence, `left` of them, for code points of [first, last] by their last
// bits.
Result<bool> tail(Language& language, StateId state, int left, char32_t first, char32_t last) {
  if (left == 0) return true;
  const int shift = 6 * (left - 1);
  const char32_t rest = (char32_t{1} << shift) - 1;
  for (char32_t bits = first >> shift; bits <= last >> shift; ++bits) {
    ASHLAR_ASSIGN(const StateId to,
                  language.next(state, static_cast<std::uint8_t>(0x80 | (bits & 0x3F))));
    if (to == kDead) continue;
    const char32_t low = std::max<char32_t>(first, bits << shift),
                   high = std::min<char32_t>(last, bits << shift | rest);
    ASHLAR_ASSIGN(const bool found, tail(language, to, left - 1, low & rest, high & rest));
    if (found) return true;
  }
  return false;
}

}  // namespace

Result<bool> goes_on(Language& language, StateId state, char32_t first, char32_t last) {
  struct Length {
    char32_t first, last;
    int tail;
    std::uint8_t mark;
  };
  static constexpr Length kLengths[] = {{0, 0x7F, 0, 0},
                                        {0x80, 0x7FF, 1, 0xC0},
                                        {0x800, 0xFFFF, 2, 0xE0},
                                        {0x10000, 0x10FFFF, 3, 0xF0}};
  for (const Length& length : kLengths) {
    const char32_t from = std::max(first, length.first), to = std::min(last, length.last);
    if (from > to) continue;
    const int shift = 6 * length.tail;
    const char32_t rest = (char32_t{1} << shift) - 1;
    for (char32_t lead = from >> shift; lead <= to >> shift; ++lead) {
      ASHLAR_ASSIGN(const StateId next,
                    language.next(state, static_cast<std::uint8_t>(length.mark | lead)));
      if (next == kDead) continue;
      const char32_t low = std::max<char32_t>(from, lead << shift),
                     high = std::min<char32_t>(to, lead << shift | rest);
      ASHLAR_ASSIGN(const bool found, tail(language, next, length.tail, low & rest, high & rest));
      if (found) return true;
    }
  }
  return false;
}

TextId JsonText::open(Language& language) {
  return texts_.id(
      {.language = &language, .state = language.start(), .spelling = {.canonical = canonical_}});
}

TextId JsonText::with(TextId text, Language& language, StateId state) {
  return texts_.id({.language = &language, .state = state, .spelling = texts_[text].spelling});
}

bool JsonText::closes(TextId text, std::uint8_t byte) const {
  const JsonSpelling& at = texts_[text].spelling;
  return byte == '"' && at.phase == Phase::plain && at.utf8 == Utf8State::whole;
}

Result<TextId> JsonText::next(TextId id, std::uint8_t byte) {
  Text text = texts_[id];
  std::string bytes(1, static_cast<char>(byte));
  switch (text.spelling.read(byte)) {
    case JsonSpelling::Read::dead:
    case JsonSpelling::Read::closed: return kNoText;
    case JsonSpelling::Read::pending: {
      ASHLAR_ASSIGN(const bool found, can_spell(*text.language, text.state, text.spelling));
      return found ? texts_.id(text) : kNoText;
    }
    case JsonSpelling::Read::byte: break;
    case JsonSpelling::Read::escaped:
      bytes.clear();
      base::append_utf8(bytes, std::exchange(text.spelling.character, 0));
      break;
  }
  for (const char each : bytes) {
    ASHLAR_ASSIGN(text.state, text.language->next(text.state, static_cast<std::uint8_t>(each)));
    if (text.state == kDead) return kNoText;
  }
  return texts_.id(text);
}

Result<bool> JsonText::can_spell(Language& language, StateId state, const JsonSpelling& at) {
  const int shift = 4 * (4 - at.digits);
  char32_t first = char32_t{at.bits} << shift, last = first | ((char32_t{1} << shift) - 1);
  if (at.phase == Phase::escape) first = 0, last = kLastCodePoint;
  if (at.high != 0) {
    first = std::max<char32_t>(first, kLowFirst), last = std::min<char32_t>(last, kLowLast);
    if (first > last) return false;
    const char32_t plane = 0x10000 + ((at.high - kHighFirst) << 10);
    return goes_on(language, state, plane + (first - kLowFirst), plane + (last - kLowFirst));
  }
  const auto any_of = [&](char32_t from, char32_t to) -> Result<bool> {
    from = std::max(from, first), to = std::min(to, last);
    if (from > to) return false;
    return goes_on(language, state, from, to);
  };
  ASHLAR_ASSIGN(bool found, any_of(0, at.canonical ? 0x1F : kLastCodePoint));
  if (found || !at.canonical) return found ? true : can_pair(language, state, first, last);
  for (const char32_t named : {U'"', U'\\'}) {
    if (at.phase != Phase::escape) break;
    ASHLAR_ASSIGN(found, any_of(named, named));
    if (found) return true;
  }
  ASHLAR_ASSIGN(found, any_of(0x7F, kLastCodePoint));
  return found ? true : can_pair(language, state, first, last);
}

// By two surrogates whose first is among the units.
Result<bool> JsonText::can_pair(Language& language, StateId state, char32_t first, char32_t last) {
  const char32_t from = std::max<char32_t>(first, kHighFirst);
  const char32_t to = std::min<char32_t>(last, kLowFirst - 1);
  if (from > to) return false;
  return goes_on(language, state, 0x10000 + ((from - kHighFirst) << 10),
                 0x10000 + ((to - kHighFirst) << 10) + 0x3FF);
}

}  // namespace ashlar::grammar
