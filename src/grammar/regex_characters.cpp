#include "grammar/regex_characters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"
#include "base/utf8.h"

namespace ashlar::grammar {
namespace {

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char32_t c) {
  return (c | 32) >= 'a' && (c | 32) <= 'z';
}
bool is_one(const CodeSet& set) {
  return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last;
}

}  // namespace

char32_t RegexCharacters::peek() const {
  return at_end() ? 0 : base::code_point_at(text_, at_).value;
}
char32_t RegexCharacters::next() {
  const base::CodePoint c = base::code_point_at(text_, at_);
  at_ += c.bytes;
  return c.value;
}
bool RegexCharacters::take(std::string_view what) {
  if (!text_.substr(std::min(at_, text_.size())).starts_with(what)) return false;
  at_ += what.size();
  return true;
}
std::optional<std::string_view> RegexCharacters::take_up_to(char end) {
  const auto found = text_.find(end, at_);
  if (found == text_.npos) return std::nullopt;
  const std::string_view before = text_.substr(at_, found - at_);
  at_ = found + 1;
  return before;
}

tl::unexpected<Error> RegexCharacters::wrong(ErrorKind kind, std::string_view message,
                                             std::string mend) const {
  return fail(kind, fmt::format("byte {}: {}", std::min(at_, text_.size()), message), "regex",
              std::move(mend));
}

Result<CodeSet> RegexCharacters::escape() {
  if (at_end()) return bad("a \\ at the end", "write \\\\");
  const char32_t c = next();
  switch (c) {
    case 'd': return digits();
    case 'D': return digits().complement();
    case 'w': return word_characters();
    case 'W': return word_characters().complement();
    case 's': return white_space();
    case 'S': return white_space().complement();
    case 'p':
    case 'P': return property(c == 'P');
    default: break;
  }
  ASHLAR_ASSIGN(const char32_t one, character(c));
  return CodeSet{{one, one}};
}

Result<char32_t> RegexCharacters::character(char32_t escaped) {
  switch (escaped) {
    case 'n': return U'\n';
    case 'r': return U'\r';
    case 't': return U'\t';
    case 'f': return U'\f';
    case 'v': return U'\v';
    case '0':
      if (is_digit(peek())) return bad("an octal number", "write \\x41 or \\u0041");
      return U'\0';
    case 'c': {
      const char32_t letter = at_end() ? 0 : next();
      if (!is_letter(letter)) return bad("\\c needs a letter", "write \\cJ");
      return letter % 32;
    }
    case 'x': return hex(2);
    case 'u': return unicode();
    default: break;
  }
  if (is_letter(escaped) || is_digit(escaped))
    return bad("this letter has no meaning behind a \\", "leave the \\ out");
  return escaped;
}

Result<char32_t> RegexCharacters::hex(int count) {
  char32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const auto digit = base::hex_digit(peek());
    if (!digit)
      return bad(fmt::format("{} hexadecimal digits are needed", count), "write \\x41 or \\u0041");
    value = value * 16 + *digit;
    ++at_;
  }
  return value;
}

// \uXXXX, a pair of surrogates, or \u{X…}.
Result<char32_t> RegexCharacters::unicode() {
  if (take("{")) {
    char32_t value = 0;
    const std::size_t begin = at_;
    for (auto digit = base::hex_digit(peek()); digit && value <= kLastCodePoint;
         digit = base::hex_digit(peek())) {
      value = value * 16 + *digit;
      ++at_;
    }
    if (at_ == begin || value > kLastCodePoint || !take("}"))
      return bad("no code point", "write \\u{1F600}");
    return value;
  }
  ASHLAR_ASSIGN(const char32_t high, hex(4));
  if (high < 0xD800 || high > 0xDFFF) return high;
  if (high < 0xDC00 && take("\\u")) {
    ASHLAR_ASSIGN(const char32_t low, hex(4));
    if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  }
  return bad("a lone surrogate", "write \\u{1F600}, or both surrogates");
}

Result<CodeSet> RegexCharacters::property(bool negated) {
  if (!take("{")) return bad("\\p has no {", "write \\p{L}");
  const auto name = take_up_to('}');
  if (!name) return bad("\\p{ has no }", "write \\p{L}");
  auto set = unicode_property(*name);
  if (!set)
    return bad(fmt::format("no Unicode property '{}'", *name),
               "name a category, as \\p{L}, or a script, as \\p{Script=Greek}");
  return negated ? set->complement() : std::move(*set);
}

Result<CodeSet> RegexCharacters::bracket() {
  const bool negated = take("^");
  CodeSet set;
  while (!take("]")) {
    if (at_end()) return bad("a '[' has no ']'", "close it, or write \\[");
    ASHLAR_ASSIGN(const CodeSet low, bracket_item());
    set.add(low);
    const std::size_t before = at_;
    if (!take("-")) continue;
    if (at_end() || peek() == ']') {  // itself
      at_ = before;
      continue;
    }
    ASHLAR_ASSIGN(const CodeSet high, bracket_item());
    if (!is_one(low) || !is_one(high) || high.ranges()[0].first < low.ranges()[0].first)
      return bad("a range that is none", "put the - last");
    set.add({low.ranges()[0].first, high.ranges()[0].first});
  }
  return negated ? set.complement() : std::move(set);
}

Result<CodeSet> RegexCharacters::bracket_item() {
  if (!take("\\")) {
    const char32_t c = next();
    return CodeSet{{c, c}};
  }
  if (take("b")) return CodeSet{{'\b', '\b'}};
  return escape();
}

}  // namespace ashlar::grammar
