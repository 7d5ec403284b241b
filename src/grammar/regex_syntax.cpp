#include "grammar/regex_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/hex.h"
#include "base/utf8.h"

namespace ashlar::grammar {
namespace {

using Kind = Regex::Kind;
using Node = Regex::Node;
using NodeId = Regex::NodeId;

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Regex> parse() {
    if (text_.size() > kMostRegexBytes)
      return wrong(ErrorKind::too_large, fmt::format("the expression has {} bytes", text_.size()),
                   fmt::format("give at most {}", kMostRegexBytes));
    ASHLAR_ASSIGN(regex_.root, alternatives());
    if (!at_end()) return wrong(ErrorKind::bad_input, "a ')' closes nothing", "write \\)");
    return std::move(regex_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  // The next character; 0 at the end.
  char32_t peek() const { return at_end() ? 0 : base::code_point_at(text_, at_).value; }
  char32_t next() {
    const base::CodePoint c = base::code_point_at(text_, at_);
    at_ += c.bytes;
    return c.value;
  }
  bool take(std::string_view what) {
    if (!text_.substr(std::min(at_, text_.size())).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  tl::unexpected<Error> wrong(ErrorKind kind, std::string message, std::string mend) const {
    return fail(kind, fmt::format("byte {}: {}", std::min(at_, text_.size()), message), "regex",
                std::move(mend));
  }
  tl::unexpected<Error> not_regular(std::string_view what) const {
    return wrong(ErrorKind::unsupported, fmt::format("{} can't be held by an automaton", what),
                 "say it without");
  }

  NodeId set_node(CodeSet set) { return regex_.add({.kind = Kind::set, .set = std::move(set)}); }

  Result<NodeId> alternatives() {
    if (++depth_ > kMostRegexDepth)
      return wrong(ErrorKind::too_large,
                   fmt::format("groups are nested more than {} deep", kMostRegexDepth),
                   "nest less");
    std::vector<NodeId> parts;
    do {
      ASHLAR_ASSIGN(parts.emplace_back(), sequence());
    } while (take("|"));
    --depth_;
    if (parts.size() == 1) return parts.front();
    return regex_.add({.kind = Kind::either, .parts = std::move(parts)});
  }

  Result<NodeId> sequence() {
    std::vector<NodeId> parts;
    while (!at_end() && peek() != '|' && peek() != ')') {
      ASHLAR_ASSIGN(const NodeId part, atom());
      ASHLAR_ASSIGN(parts.emplace_back(), repeated(part));
    }
    if (parts.size() == 1) return parts.front();
    return regex_.add(
        {.kind = parts.empty() ? Kind::empty : Kind::concat, .parts = std::move(parts)});
  }

  Result<NodeId> atom() {
    switch (peek()) {
      case '(': return group();
      case '[': return bracket();
      case '*':
      case '+':
      case '?': return wrong(ErrorKind::bad_input, "nothing to repeat", "write a \\ before it");
      case '^': ++at_; return regex_.add({.kind = Kind::start});
      case '$':
        ++at_;
        if (behinds_ > 0) return not_regular("the end of the text behind a place");
        return regex_.add({.kind = Kind::end});
      case '.': ++at_; return set_node(line_ends().complement());
      case '\\': {
        ++at_;
        if (peek() == 'b' || peek() == 'B') return border(next() == 'B');
        ASHLAR_ASSIGN(CodeSet set, escape(false));
        return set_node(std::move(set));
      }
      default: break;
    }
    const char32_t c = next();
    return set_node({{c, c}});
  }

  Result<NodeId> group() {
    ++at_;
    if (take("?")) {
      const bool behind = take("<=") || take("<!");
      if (behind || take("=") || take("!")) return look(behind, text_[at_ - 1] == '!');
      if (take("<")) {
        const auto close = text_.find('>', at_);
        if (close == text_.npos)
          return wrong(ErrorKind::bad_input, "a group's name has no '>'", "write (?<name>…)");
        at_ = close + 1;
      } else if (!take(":")) {
        return wrong(ErrorKind::unsupported, "flags of a group aren't known", "write (?:…)");
      }
    }
    ASHLAR_ASSIGN(const NodeId inside, alternatives());
    if (!take(")"))
      return wrong(ErrorKind::bad_input, "a group has no ')'", "close it, or write \\(");
    return inside;
  }

  // What is looked for behind is known before what lies ahead of it.
  Result<NodeId> look(bool behind, bool negative) {
    if (!behind && behinds_ > 0) return not_regular("looking ahead while looking behind");
    if (behind) ++behinds_;
    ASHLAR_ASSIGN(const NodeId inside, alternatives());
    if (behind) --behinds_;
    if (!take(")"))
      return wrong(ErrorKind::bad_input, "a group has no ')'", "close it, or write \\(");
    return look_node(inside, behind, negative);
  }
  NodeId look_node(NodeId part, bool behind, bool negative) {
    return regex_.add(
        {.kind = Kind::look, .parts = {part}, .behind = behind, .negative = negative});
  }

  // A word's border: a character of it on one side, none on the other.
  Result<NodeId> border(bool negated) {
    if (behinds_ > 0) return not_regular("a word's border while looking behind");
    if (!word_) word_ = set_node(word_characters());
    const auto sides = [&](bool before, bool after) {
      const NodeId behind = look_node(*word_, true, !before);
      const NodeId ahead = look_node(*word_, false, !after);
      return regex_.add({.kind = Kind::concat, .parts = {behind, ahead}});
    };
    const NodeId one = sides(true, negated), other = sides(false, !negated);
    return regex_.add({.kind = Kind::either, .parts = {one, other}});
  }

  // What follows an atom: *, +, ?, {n}, {n,}, {n,m}, each perhaps lazy, which changes no language.
  Result<NodeId> repeated(NodeId part) {
    for (bool first = true;; first = false) {
      std::uint32_t min = 0, max = Regex::kUnbounded;
      if (take("*")) {
      } else if (take("+")) {
        min = 1;
      } else if (take("?")) {
        max = 1;
      } else if (peek() == '{') {
        ASHLAR_ASSIGN(const bool counted, counts(min, max));
        if (!counted) return part;
      } else {
        return part;
      }
      if (!first) return wrong(ErrorKind::bad_input, "nothing to repeat", "write a \\ before it");
      take("?");
      part = regex_.add({.kind = Kind::repeat, .parts = {part}, .min = min, .max = max});
    }
  }

  // False: the brace is a character of its own, as browsers take it.
  Result<bool> counts(std::uint32_t& min, std::uint32_t& max) {
    const std::size_t before = at_++;
    const auto low = number();
    auto high = low;
    if (take(",")) high = is_digit(peek()) ? number() : std::optional(Regex::kUnbounded);
    if (!low || !high || !take("}")) {
      at_ = before;
      return false;
    }
    min = *low;
    max = *high;
    if (min > kMostRepeats || (max != Regex::kUnbounded && max > kMostRepeats))
      return wrong(ErrorKind::too_large, fmt::format("a count is over {}", kMostRepeats),
                   "repeat less often");
    if (max < min)
      return wrong(ErrorKind::bad_input, "a repeat ends before it begins", "swap them");
    return true;
  }

  std::optional<std::uint32_t> number() {
    if (!is_digit(peek())) return std::nullopt;
    std::uint64_t value = 0;
    while (is_digit(peek()))
      value = std::min<std::uint64_t>(value * 10 + (next() - '0'), Regex::kUnbounded - 1);
    return static_cast<std::uint32_t>(value);
  }

  // Behind the backslash. `inside` a bracket \b is a backspace.
  Result<CodeSet> escape(bool inside) {
    if (at_end()) return wrong(ErrorKind::bad_input, "a \\ at the end", "write \\\\");
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
      case 'b':
        if (inside) return CodeSet{{'\b', '\b'}};
        break;
      case 'k': return not_regular("a reference back");
      default: break;
    }
    if (c >= '1' && c <= '9') return not_regular("a reference back");
    ASHLAR_ASSIGN(const char32_t one, escaped_character(c));
    return CodeSet{{one, one}};
  }

  Result<char32_t> escaped_character(char32_t c) {
    switch (c) {
      case 'n': return U'\n';
      case 'r': return U'\r';
      case 't': return U'\t';
      case 'f': return U'\f';
      case 'v': return U'\v';
      case '0': return U'\0';
      case 'c': {
        const char32_t letter = at_end() ? 0 : next();
        if ((letter | 32) < 'a' || (letter | 32) > 'z')
          return wrong(ErrorKind::bad_input, "\\c needs a letter", "write \\cJ");
        return letter % 32;
      }
      case 'x': return hex(2);
      case 'u': return unicode();
      default: break;
    }
    const bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    if (letter || is_digit(c))
      return wrong(ErrorKind::bad_input, "this letter has no meaning behind a \\",
                   "leave the \\ out");
    return c;
  }

  Result<char32_t> hex(int count) {
    char32_t value = 0;
    for (int i = 0; i < count; ++i) {
      const auto digit = base::hex_digit(peek());
      if (!digit)
        return wrong(ErrorKind::bad_input, fmt::format("{} hexadecimal digits are needed", count),
                     "write \\x41 or \\u0041");
      value = value * 16 + *digit;
      ++at_;
    }
    return value;
  }

  // \uXXXX, a pair of surrogates, or \u{X…}.
  Result<char32_t> unicode() {
    if (take("{")) {
      char32_t value = 0;
      const std::size_t begin = at_;
      for (auto digit = base::hex_digit(peek()); digit && value <= kLastCodePoint;
           digit = base::hex_digit(peek())) {
        value = value * 16 + *digit;
        ++at_;
      }
      if (at_ == begin || value > kLastCodePoint || !take("}"))
        return wrong(ErrorKind::bad_input, "no code point", "write \\u{1F600}");
      return value;
    }
    ASHLAR_ASSIGN(const char32_t high, hex(4));
    if (high < 0xD800 || high > 0xDBFF) return high;
    const std::size_t before = at_;
    if (!take("\\u")) return high;
    ASHLAR_ASSIGN(const char32_t low, hex(4));
    if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    at_ = before;
    return high;
  }

  Result<CodeSet> property(bool negated) {
    std::string_view name;
    if (take("{")) {
      const auto close = text_.find('}', at_);
      if (close == text_.npos) return wrong(ErrorKind::bad_input, "\\p{ has no }", "write \\p{L}");
      name = text_.substr(at_, close - at_);
      at_ = close + 1;
    } else if (!at_end()) {
      name = text_.substr(at_, 1);
      next();
    }
    auto set = unicode_property(name);
    if (!set)
      return wrong(ErrorKind::unsupported, fmt::format("no Unicode category '{}'", name),
                   "name a general category, as \\p{L}");
    return negated ? set->complement() : std::move(*set);
  }

  Result<NodeId> bracket() {
    ++at_;
    const bool negated = take("^");
    CodeSet set;
    while (!take("]")) {
      if (at_end())
        return wrong(ErrorKind::bad_input, "a '[' has no ']'", "close it, or write \\[");
      ASHLAR_ASSIGN(CodeSet one, bracket_item());
      const std::size_t before = at_;
      if (one.ranges().size() == 1 && one.ranges()[0].first == one.ranges()[0].last && take("-") &&
          !at_end() && peek() != ']') {
        ASHLAR_ASSIGN(const CodeSet other, bracket_item());
        const auto& to = other.ranges();
        if (to.size() != 1 || to[0].first != to[0].last || to[0].first < one.ranges()[0].first)
          return wrong(ErrorKind::bad_input, "a range that is none", "put the - last");
        set.add({one.ranges()[0].first, to[0].first});
        continue;
      }
      at_ = before;
      set.add(one);
    }
    return set_node(negated ? set.complement() : std::move(set));
  }

  Result<CodeSet> bracket_item() {
    if (take("\\")) {
      if (take("-")) return CodeSet{{'-', '-'}};
      return escape(true);
    }
    const char32_t c = next();
    return CodeSet{{c, c}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0, behinds_ = 0;
  std::optional<NodeId> word_;
  Regex regex_;
};

}  // namespace

Result<Regex> parse_regex(std::string_view text) {
  return Parser(text).parse();
}

bool has_assertions(const Regex& regex) {
  return std::ranges::any_of(regex.nodes, [](const Node& node) { return node.kind == Kind::look; });
}

Regex literals(const std::vector<std::string>& texts) {
  Regex regex;
  Node either{.kind = Kind::either};
  for (const std::string& text : texts) {
    Node word{.kind = Kind::concat};
    for (std::size_t at = 0; at < text.size();) {
      const base::CodePoint c = base::code_point_at(text, at);
      word.parts.push_back(regex.add({.kind = Kind::set, .set = {{c.value, c.value}}}));
      at += c.bytes;
    }
    if (word.parts.empty()) word.kind = Kind::empty;
    either.parts.push_back(regex.add(std::move(word)));
  }
  regex.root = regex.add(std::move(either));
  return regex;
}

}  // namespace ashlar::grammar
