#include "grammar/json_text.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "base/utf8.h"

namespace ashlar::grammar {
namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt", kEscaped = "\"\\/\b\f\n\r\t";
constexpr char32_t kHighFirst = 0xD800, kLowFirst = 0xDC00, kLowLast = 0xDFFF;

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
  return texts_.id({.language = &language, .state = language.start()});
}

bool JsonText::closes(TextId text, std::uint8_t byte) const {
  return byte == '"' && texts_[text].phase == Phase::plain;
}

Result<TextId> JsonText::next(TextId id, std::uint8_t byte) {
  const Text& text = texts_[id];
  switch (text.phase) {
    case Phase::plain: return next_plain(text, byte);
    case Phase::escape: return next_escape(text, byte);
    case Phase::low_escape:
    case Phase::low_u: {
      Text to = text;
      const bool escape = text.phase == Phase::low_escape;
      to.phase = escape ? Phase::low_u : Phase::low_hex;
      return byte == (escape ? '\\' : 'u') ? texts_.id(to) : kNoText;
    }
    case Phase::hex:
    case Phase::low_hex: break;
  }
  return next_hex(text, byte);
}

Result<TextId> JsonText::next_plain(Text text, std::uint8_t byte) {
  if (byte < 0x20) return kNoText;
  if (byte == '\\') {
    ASHLAR_ASSIGN(const bool found, goes_on(*text.language, text.state, 0, 0x10FFFF));
    text.phase = Phase::escape;
    return found ? texts_.id(text) : kNoText;
  }
  ASHLAR_ASSIGN(text.state, text.language->next(text.state, byte));
  return text.state == kDead ? kNoText : texts_.id(text);
}

Result<TextId> JsonText::next_escape(Text text, std::uint8_t byte) {
  if (byte == 'u') {
    text.phase = Phase::hex;
    return texts_.id(text);  // any code point can be written so, and one was found
  }
  const std::size_t at = kEscapes.find(static_cast<char>(byte));
  if (at == std::string_view::npos) return kNoText;
  return spell(text, static_cast<unsigned char>(kEscaped[at]));
}

Result<TextId> JsonText::next_hex(Text text, std::uint8_t byte) {
  const auto digit = base::hex_digit(static_cast<char>(byte));
  if (!digit) return kNoText;
  text.bits = static_cast<std::uint16_t>(text.bits << 4 | *digit);
  if (++text.digits < 4) {
    ASHLAR_ASSIGN(const bool found, can_spell(text));
    return found ? texts_.id(text) : kNoText;
  }
  const char32_t unit = text.bits;
  const bool high = kHighFirst <= unit && unit < kLowFirst;
  const bool low = kLowFirst <= unit && unit <= kLowLast;
  if (text.high != 0) {
    if (!low) return kNoText;
    return spell(text, 0x10000 + ((text.high - kHighFirst) << 10) + (unit - kLowFirst));
  }
  if (low) return kNoText;
  if (!high) return spell(text, unit);
  ASHLAR_ASSIGN(const bool found, can_spell(text));
  text = {.language = text.language,
          .state = text.state,
          .phase = Phase::low_escape,
          .high = text.bits};
  return found ? texts_.id(text) : kNoText;
}

Result<bool> JsonText::can_spell(const Text& text) const {
  const int shift = 4 * (4 - text.digits);
  char32_t first = char32_t{text.bits} << shift, last = first | ((char32_t{1} << shift) - 1);
  if (text.high != 0) {
    first = std::max(first, kLowFirst), last = std::min(last, kLowLast);
    if (first > last) return false;
    const char32_t plane = 0x10000 + ((text.high - kHighFirst) << 10);
    return goes_on(*text.language, text.state, plane + (first - kLowFirst),
                   plane + (last - kLowFirst));
  }
  // The first halves among them lead to what no single unit writes.
  const char32_t from = std::max(first, kHighFirst), to = std::min<char32_t>(last, kLowFirst - 1);
  if (from <= to) {
    ASHLAR_ASSIGN(const bool found,
                  goes_on(*text.language, text.state, 0x10000 + ((from - kHighFirst) << 10),
                          0x10000 + ((to - kHighFirst) << 10) + 0x3FF));
    if (found) return true;
  }
  return goes_on(*text.language, text.state, first, last);
}

Result<TextId> JsonText::spell(Text text, char32_t code_point) {
  std::string bytes;
  base::append_utf8(bytes, code_point);
  for (const char byte : bytes) {
    ASHLAR_ASSIGN(text.state, text.language->next(text.state, static_cast<std::uint8_t>(byte)));
    if (text.state == kDead) return kNoText;
  }
  return texts_.id({.language = text.language, .state = text.state});
}

}  // namespace ashlar::grammar
