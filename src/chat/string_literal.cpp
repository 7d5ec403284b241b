#include "chat/string_literal.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace ashlar::chat {
namespace {

// Reads exactly `count` hexadecimal digits at `at`.
Result<char32_t> hexadecimal(std::string_view body, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  const std::string_view digits = body.substr(std::min(at, body.size()), count);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() < count || read.ptr != digits.data() + count)
    return fail(ErrorKind::bad_input,
                fmt::format("a truncated \\{} escape in a string", body[at - 1]), {},
                fmt::format("write {} hexadecimal digits", count));
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    return fail(ErrorKind::unsupported,
                fmt::format("the escape \\{}{} is no character", body[at - 1], digits), {},
                "write the character itself");
  return value;
}

char32_t octal(std::string_view body, std::size_t& at) {
  char32_t value = 0;
  for (int i = 0; i < 3 && at < body.size() && body[at] >= '0' && body[at] <= '7'; ++i)
    value = value * 8 + static_cast<char32_t>(body[at++] - '0');
  return value;
}

// What a one-letter escape stands for, or 0.
char simple_escape(char letter) {
  switch (letter) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '\'':
    case '"': return letter;
    default: return 0;
  }
}

// Python first spells non-ASCII characters as escapes; a backslash before one then escapes that
// backslash, and the spelling stays.
void append_spelled(std::string& out, char32_t c) {
  const auto value = static_cast<std::uint32_t>(c);
  if (c < 0x100)
    out += fmt::format("\\x{:02x}", value);
  else if (c < 0x10000)
    out += fmt::format("\\u{:04x}", value);
  else
    out += fmt::format("\\U{:08x}", value);
}

// One escape; `at` stands after the backslash and moves past it.
Status escape(std::string_view body, std::size_t& at, std::string& out) {
  const char letter = body[at];
  if (const char simple = simple_escape(letter)) {
    out += simple;
    ++at;
  } else if (letter == '\n') {
    ++at;
  } else if (letter >= '0' && letter <= '7') {
    base::append_utf8(out, octal(body, at));
  } else if (letter == 'x' || letter == 'u' || letter == 'U') {
    const std::size_t count = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
    ASHLAR_ASSIGN(const char32_t value, hexadecimal(body, at + 1, count));
    base::append_utf8(out, value);
    at += 1 + count;
  } else if (letter == 'N') {
    return fail(ErrorKind::unsupported, "the escape \\N{name} in a string", {},
                "write the character itself");
  } else if (static_cast<unsigned char>(letter) >= 0x80) {
    const base::CodePoint point = base::code_point_at(body, at);
    append_spelled(out, point.value);
    at += point.bytes;
  } else {
    out += '\\';
  }
  return {};
}

}  // namespace

Result<std::string> unescape(std::string_view body) {
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    if (body[at] != '\\' || at + 1 == body.size()) {
      out += body[at++];
      continue;
    }
    ++at;
    ASHLAR_TRY(escape(body, at, out));
  }
  return out;
}

}  // namespace ashlar::chat
