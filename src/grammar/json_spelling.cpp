#include "grammar/json_spelling.h"

#include <string_view>

#include "base/hex.h"

namespace ashlar::grammar {
namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt", kEscaped = "\"\\/\b\f\n\r\t";

}  // namespace

JsonSpelling::Read JsonSpelling::read(std::uint8_t byte) {
  character = 0;
  switch (phase) {
    case Phase::plain: break;
    case Phase::escape: {
      const std::size_t at = kEscapes.find(static_cast<char>(byte));
      if (at != std::string_view::npos && !(canonical && byte == '/'))
        return escaped(static_cast<unsigned char>(kEscaped[at]));
      phase = Phase::hex;
      return byte == 'u' ? Read::pending : Read::dead;
    }
    case Phase::low_escape: phase = Phase::low_u; return byte == '\\' ? Read::pending : Read::dead;
    case Phase::low_u: phase = Phase::low_hex; return byte == 'u' ? Read::pending : Read::dead;
    case Phase::hex:
    case Phase::low_hex: return read_hex(byte);
  }
  if (utf8 == Utf8State::whole && byte == '"') return Read::closed;
  if (utf8 == Utf8State::whole && byte == '\\') {
    phase = Phase::escape;
    return Read::pending;
  }
  utf8 = utf8_next(utf8, byte);
  return byte < 0x20 || utf8 == Utf8State::dead ? Read::dead : Read::byte;
}

bool JsonSpelling::is_needless(char32_t first, char32_t last) const {
  return canonical && first >= 0x20 && last <= 0x7E;
}

JsonSpelling::Read JsonSpelling::read_hex(std::uint8_t byte) {
  const auto digit = base::hex_digit(byte);
  if (!digit) return Read::dead;
  bits = static_cast<std::uint16_t>(bits << 4 | *digit);
  const int shift = 4 * (4 - ++digits);
  const char32_t first = char32_t{bits} << shift;
  if (high == 0 && is_needless(first, first | ((char32_t{1} << shift) - 1))) return Read::dead;
  if (digits < 4) return Read::pending;
  const char32_t unit = bits;
  const bool low = kLowFirst <= unit && unit <= kLowLast;
  if (high != 0) {
    if (!low) return Read::dead;
    return escaped(0x10000 + ((high - kHighFirst) << 10) + (unit - kLowFirst));
  }
  if (low) return Read::dead;
  if (unit < kHighFirst || unit > kLowLast) return escaped(unit);
  *this = JsonSpelling{.phase = Phase::low_escape, .high = bits, .canonical = canonical};
  return Read::pending;
}

JsonSpelling::Read JsonSpelling::escaped(char32_t code_point) {
  *this = JsonSpelling{.canonical = canonical};
  character = code_point;
  return Read::escaped;
}

}  // namespace ashlar::grammar
