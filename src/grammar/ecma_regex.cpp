#include "grammar/ecma_regex.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/hex.h"
#include "base/utf8.h"
#include "grammar/shown.h"

namespace ashlar::grammar {
namespace {

constexpr int kMostGroups = 250;  // one inside another

// ECMA's WhiteSpace and LineTerminator, and what is left without them, as ranges of a class.
constexpr std::string_view kSpaces =
    "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}"
    "\\x{3000}\\x{feff}";
constexpr std::string_view kNoSpaces =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-"
    "\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}"
    "-"
    "\\x{10ffff}";

struct Category {
  std::string_view name, code;
};
// Long names of general categories (PropertyValueAliases.txt) that PCRE2 has only by their codes.
constexpr Category kCategories[] = {
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"LC", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Surrogate", "Cs"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Translator {
 public:
  Translator(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  Result<EcmaRegex> whole() {
    while (at_ < text_.size()) ASHLAR_TRY(term());
    if (depth_ > 0) return wrong("a '(' without ')'");
    return std::move(regex_);
  }

 private:
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorKind::bad_input,
                fmt::format("the pattern '{}' is none: {} at byte {}", shown(text_), what, at_),
                std::string(where_), "write it as ECMA-262 has it");
  }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
  }
  void write(std::string_view perl) { regex_.perl += perl; }
  void write_point(char32_t point) {
    regex_.perl += fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(point));
  }
  void note(std::string_view what) {
    if (regex_.backtracks.empty()) regex_.backtracks = what;
  }

  Status term() {
    const char c = peek();
    if (c == '(') return open();
    if (c == ')') return close();
    if (c == '[') return character_class();
    if (c == '\\') return escape_outside();
    if (c == '*' || c == '+' || c == '?') return quantifier();
    if (c == '{' && is_digit(peek(1))) return quantifier();
    if (take("|")) return mark(false, "|");
    if (take("^")) return mark(false, "^");
    if (take("$")) return mark(false, "$");
    if (take(".")) return mark(true, "[^\\n\\r\\x{2028}\\x{2029}]");
    write_point(next_point());
    repeatable_ = true;
    return {};
  }

  Status mark(bool repeatable, std::string_view perl) {
    write(perl);
    repeatable_ = repeatable;
    return {};
  }

  char32_t next_point() {
    const auto point = base::code_point_at(text_, at_);
    at_ += point.bytes;
    return point.value;
  }

  Status open() {
    struct Kind {
      std::string_view opening, backtracks;
    };
    static constexpr Kind kinds[] = {{"(?:", ""},
                                     {"(?=", "lookahead"},
                                     {"(?!", "lookahead"},
                                     {"(?<=", "lookbehind"},
                                     {"(?<!", "lookbehind"}};
    if (++depth_ > kMostGroups)
      return wrong(fmt::format("over the limit of {} groups in one another", kMostGroups));
    repeatable_ = false;
    for (const Kind& kind : kinds)
      if (take(kind.opening)) {
        if (!kind.backtracks.empty()) note(kind.backtracks);
        write("(?:");  // no lookaround gets as far as a match
        return {};
      }
    if (take("(?<")) {
      const std::size_t begin = at_;
      while (is_letter(peek()) || is_digit(peek()) || peek() == '_' || peek() == '$') ++at_;
      if (at_ == begin || is_digit(text_[begin]) || !take(">")) return wrong("no name of a group");
    } else if (take("(?")) {
      return wrong("a group that ECMA-262 doesn't have");
    } else {
      ++at_;
    }
    write("(?:");
    return {};
  }

  Status close() {
    if (depth_-- == 0) return wrong("a ')' without '('");
    ++at_;
    return mark(true, ")");
  }

  Status quantifier() {
    if (!repeatable_) return wrong("nothing to repeat");
    const std::size_t begin = at_;
    if (peek() == '{') {
      ASHLAR_TRY(braces());
    } else {
      ++at_;
    }
    take("?");  // lazy: the same language
    repeatable_ = false;
    write(text_.substr(begin, at_ - begin));
    return {};
  }

  // {n}, {n,} or {n,m}
  Status braces() {
    const auto number = [&]() -> std::optional<long> {
      long value = 0;
      const std::size_t begin = at_;
      for (; is_digit(peek()); ++at_) value = std::min(value * 10 + (peek() - '0'), 1'000'000L);
      if (at_ == begin) return std::nullopt;
      return value;
    };
    ++at_;
    const auto least = number();
    auto most = least;
    if (take(",")) most = number();
    if (!least || !take("}")) return wrong("a '{' that begins no count");
    if (most && *most < *least) return wrong("a count whose end lies before its start");
    return {};
  }

  Status escape_outside() {
    const char next = peek(1);
    repeatable_ = true;
    if (next == 'b' || next == 'B') {
      at_ += 2;
      return mark(false, next == 'b' ? "\\b" : "\\B");
    }
    if (next >= '1' && next <= '9') {
      note("backreference");
      at_ += 2;
      while (is_digit(peek())) ++at_;
      return {};
    }
    if (next == 'k') {
      const auto end = text_.find('>', at_);
      if (peek(2) != '<' || end == text_.npos) return wrong("a \\k without a name");
      note("backreference");
      at_ = end + 1;
      return {};
    }
    if (next == 's' || next == 'S') {
      at_ += 2;
      write(next == 's' ? "[" : "[^");
      write(kSpaces);
      write("]");
      return {};
    }
    ASHLAR_ASSIGN(const auto point, escape());
    if (point) write_point(*point);
    return {};
  }

  // A class of characters was written, or a code point is given to be.
  Result<std::optional<char32_t>> escape() {
    ++at_;
    if (at_ >= text_.size()) return wrong("a '\\' at the end");
    const char letter = peek();
    if (std::string_view("dDwW").find(letter) != std::string_view::npos) {
      write(text_.substr(at_ - 1, 2));
      ++at_;
      return std::nullopt;
    }
    if (letter == 'p' || letter == 'P') {
      ASHLAR_TRY(property());
      return std::nullopt;
    }
    ASHLAR_ASSIGN(const char32_t point, character_escape());
    return point;
  }

  Status property() {
    const bool negated = peek() == 'P';
    const auto end = text_.find('}', at_);
    if (peek(1) != '{' || end == text_.npos) return wrong("a \\p without a property");
    std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    for (const char c : name)
      if (!is_letter(c) && !is_digit(c) && c != '_' && c != '=') return wrong("no property");
    std::string_view prefix = "";
    for (const std::string_view key : {"General_Category=", "gc="})
      if (name.starts_with(key)) name.remove_prefix(key.size());
    for (const std::string_view key : {"Script=", "sc="})
      if (name.starts_with(key)) name.remove_prefix(key.size()), prefix = "sc:";
    for (const std::string_view key : {"Script_Extensions=", "scx="})
      if (name.starts_with(key)) name.remove_prefix(key.size()), prefix = "scx:";
    for (const Category& category : kCategories)
      if (name == category.name) name = category.code;
    write(fmt::format("\\{}{{{}{}}}", negated ? 'P' : 'p', prefix, name));
    at_ = end + 1;
    return {};
  }

  Result<char32_t> character_escape() {
    static constexpr std::string_view letters = "tnvfr", meanings = "\t\n\v\f\r";
    const char letter = peek();
    if (const auto i = letters.find(letter); i != letters.npos) {
      ++at_;
      return meanings[i];
    }
    if (letter == 'c' && is_letter(peek(1))) {
      at_ += 2;
      return text_[at_ - 1] % 32;
    }
    if (letter == '0' && !is_digit(peek(1))) {
      ++at_;
      return 0;
    }
    if (letter == 'x') {
      ++at_;
      return hex(2);
    }
    if (letter == 'u') return unicode_escape();
    if (is_letter(letter) || is_digit(letter)) return wrong("an escape that ECMA-262 doesn't have");
    return next_point();
  }

  Result<char32_t> unicode_escape() {
    ++at_;
    if (take("{")) {
      const auto end = text_.find('}', at_);
      if (end == text_.npos || end == at_ || end - at_ > 6) return wrong("a \\u{ without end");
      ASHLAR_ASSIGN(const char32_t point, hex(static_cast<int>(end - at_)));
      ++at_;
      if (point > 0x10FFFF) return wrong("over U+10FFFF");
      return point;
    }
    ASHLAR_ASSIGN(const char32_t high, hex(4));
    if (high < 0xD800 || high > 0xDFFF) return high;
    if (high > 0xDBFF || !take("\\u")) return wrong("a lone surrogate");
    ASHLAR_ASSIGN(const char32_t low, hex(4));
    if (low < 0xDC00 || low > 0xDFFF) return wrong("a lone surrogate");
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  }

  Result<char32_t> hex(int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const auto digit = base::hex_digit(peek());
      if (!digit) return wrong("no hex digit");
      value = value << 4 | *digit;
    }
    return value;
  }

  Status character_class() {
    ++at_;
    const bool negated = take("^");
    repeatable_ = true;
    if (take("]")) {
      write(negated ? "[\\x{0}-\\x{10ffff}]" : "(?!)");
      return {};
    }
    write(negated ? "[^" : "[");
    while (!take("]")) {
      if (at_ >= text_.size()) return wrong("a '[' without ']'");
      ASHLAR_ASSIGN(const auto low, class_atom());
      if (peek() != '-' || peek(1) == ']' || peek(1) == '\0') continue;
      if (!low) return wrong("a range that begins with a class");
      ++at_;
      write("-");
      ASHLAR_ASSIGN(const auto high, class_atom());
      if (!high || *high < *low) return wrong("a range out of order");
    }
    write("]");
    return {};
  }

  // Written; its code point where it is one.
  Result<std::optional<char32_t>> class_atom() {
    std::optional<char32_t> point;
    if (peek() != '\\') {
      point = next_point();
    } else if (take("\\b")) {
      point = '\b';
    } else if (take("\\s")) {
      write(kSpaces);
    } else if (take("\\S")) {
      write(kNoSpaces);
    } else {
      ASHLAR_ASSIGN(point, escape());
    }
    if (point) write_point(*point);
    return point;
  }

  std::string_view text_, where_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool repeatable_ = false;
  EcmaRegex regex_;
};

}  // namespace

Result<EcmaRegex> translate_ecma_regex(std::string_view text, std::string_view where) {
  return Translator(text, where).whole();
}

}  // namespace ashlar::grammar
