#include "grammar/regex_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "grammar/regex_characters.h"

namespace ashlar::grammar {
namespace {

using Kind = Regex::Kind;
using Node = Regex::Node;
using NodeId = Regex::NodeId;

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_group_name(std::string_view name) {
  const auto fits = [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           c == '_' || c == '$';
  };
  return !name.empty() && !is_digit(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, fits);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), size_(text.size()) {}

  // What no automaton holds is refused when all of it is known to be an expression.
  Result<Regex> parse() {
    ASHLAR_TRY(read());
    if (refused_) return tl::unexpected(std::move(*refused_));
    return std::move(regex_);
  }

  Status read() {
    if (size_ > kMostRegexBytes)
      return text_.wrong(ErrorKind::too_large,
                         fmt::format("the expression has {} bytes, over the limit of {} bytes",
                                     size_, kMostRegexBytes),
                         "shorten it");
    ASHLAR_ASSIGN(regex_.root, alternatives());
    if (!text_.at_end()) return text_.bad("a ')' closes nothing", "write \\)");
    return {};
  }

 private:
  void refuse(tl::unexpected<Error> error) {
    if (!refused_) refused_ = std::move(error.value());
  }
  NodeId not_regular(std::string_view what) {
    refuse(text_.wrong(ErrorKind::unsupported,
                       fmt::format("{} can't be held by an automaton", what), "say it without"));
    return regex_.add({.kind = Kind::empty});
  }

  NodeId set_node(CodeSet set) { return regex_.add({.kind = Kind::set, .set = std::move(set)}); }

  Result<NodeId> alternatives() {
    if (++depth_ > kMostRegexDepth)
      return text_.wrong(ErrorKind::too_large,
                         fmt::format("groups are nested more than {} deep", kMostRegexDepth),
                         "nest less");
    std::vector<NodeId> parts;
    do {
      ASHLAR_ASSIGN(parts.emplace_back(), sequence());
    } while (text_.take("|"));
    --depth_;
    if (parts.size() == 1) return parts.front();
    return regex_.add({.kind = Kind::either, .parts = std::move(parts)});
  }

  Result<NodeId> sequence() {
    std::vector<NodeId> parts;
    while (!text_.at_end() && text_.peek() != '|' && text_.peek() != ')') {
      repeatable_ = true;
      ASHLAR_ASSIGN(NodeId part, atom());
      if (repeatable_) {
        ASHLAR_ASSIGN(part, repeated(part));
      }
      parts.push_back(part);
    }
    if (parts.size() == 1) return parts.front();
    return regex_.add(
        {.kind = parts.empty() ? Kind::empty : Kind::concat, .parts = std::move(parts)});
  }

  Result<NodeId> atom() {
    const char32_t c = text_.next();
    switch (c) {
      case '(': return group();
      case '[': {
        ASHLAR_ASSIGN(CodeSet set, text_.bracket());
        return set_node(std::move(set));
      }
      case '*':
      case '+':
      case '?': return nothing_to_repeat();
      case '{': {
        std::uint32_t min = 0, max = 0;
        ASHLAR_ASSIGN(const bool counted, counts(min, max));
        if (counted) return nothing_to_repeat();
        return set_node({{c, c}});
      }
      case '^': repeatable_ = false; return regex_.add({.kind = Kind::start});
      case '$':
        repeatable_ = false;
        if (behinds_ > 0) return not_regular("the end of the text behind a place");
        return regex_.add({.kind = Kind::end});
      case '.': return set_node(line_ends().complement());
      case '\\': return escaped();
      default: return set_node({{c, c}});
    }
  }
  tl::unexpected<Error> nothing_to_repeat() const {
    return text_.bad("nothing to repeat", "write a \\ before it");
  }

  Result<NodeId> escaped() {
    const char32_t c = text_.peek();
    if (text_.take("b") || text_.take("B")) return border(c == 'B');
    if (text_.take("k")) {
      const auto name = text_.take("<") ? text_.take_up_to('>') : std::nullopt;
      if (!name) return text_.bad("\\k names no group", "write \\k<name>");
      return not_regular("a reference back");
    }
    if (c >= '1' && c <= '9') {
      while (is_digit(text_.peek())) text_.next();
      return not_regular("a reference back");
    }
    ASHLAR_ASSIGN(CodeSet set, text_.escape());
    return set_node(std::move(set));
  }

  Result<NodeId> group() {
    if (text_.take("?")) {
      for (const std::string_view opening : {"<=", "<!", "=", "!"})
        if (text_.take(opening)) return look(opening.size() == 2, opening.back() == '!');
      if (text_.take("<")) {
        const auto name = text_.take_up_to('>');
        if (!name || !is_group_name(*name))
          return text_.bad("a group has no name", "write (?<name>…)");
      } else if (!text_.take(":")) {
        const std::size_t place = text_.place();
        const auto flags = text_.take_up_to(':');
        text_.go_back(place);
        if (flags && !flags->empty() && flags->find_first_not_of("ims-") == flags->npos)
          return text_.wrong(ErrorKind::unsupported, "flags of a group aren't known",
                             "write (?:…)");
        return text_.bad("a group that ECMA-262 doesn't have", "write (?:…)");
      }
    }
    return inside_of_group();
  }
  Result<NodeId> inside_of_group() {
    ASHLAR_ASSIGN(const NodeId inside, alternatives());
    if (!text_.take(")")) return text_.bad("a group has no ')'", "close it, or write \\(");
    repeatable_ = true;
    return inside;
  }

  // Behind its '=' or '!'. What is looked for behind is known before what lies ahead of it.
  Result<NodeId> look(bool behind, bool negative) {
    if (!behind && behinds_ > 0) not_regular("looking ahead while looking behind");
    if (behind) ++behinds_;
    ASHLAR_ASSIGN(const NodeId inside, inside_of_group());
    if (behind) --behinds_;
    repeatable_ = false;
    return look_node(inside, behind, negative);
  }
  NodeId look_node(NodeId part, bool behind, bool negative) {
    return regex_.add(
        {.kind = Kind::look, .parts = {part}, .behind = behind, .negative = negative});
  }

  // A word's border: a character of it on one side, none on the other.
  NodeId border(bool negated) {
    repeatable_ = false;
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
    std::uint32_t min = 0, max = Regex::kUnbounded;
    if (text_.take("*")) {
    } else if (text_.take("+")) {
      min = 1;
    } else if (text_.take("?")) {
      max = 1;
    } else {
      if (!text_.take("{")) return part;
      ASHLAR_ASSIGN(const bool counted, counts(min, max));
      if (!counted) {
        text_.go_back(text_.place() - 1);
        return part;
      }
    }
    text_.take("?");
    return regex_.add({.kind = Kind::repeat, .parts = {part}, .min = min, .max = max});
  }

  // Behind the brace. False: that is a character of its own, as browsers take it.
  Result<bool> counts(std::uint32_t& min, std::uint32_t& max) {
    const std::size_t before = text_.place();
    const auto low = number();
    auto high = low;
    if (text_.take(","))
      high = is_digit(text_.peek()) ? number() : std::optional(Regex::kUnbounded);
    if (!low || !high || !text_.take("}")) {
      text_.go_back(before);
      return false;
    }
    min = *low;
    max = *high;
    if (max < min) return text_.bad("a repeat ends before it begins", "swap them");
    if (min > kMostRepeats || (max != Regex::kUnbounded && max > kMostRepeats)) {
      refuse(text_.wrong(ErrorKind::too_large, fmt::format("a count is over {}", kMostRepeats),
                         "repeat less often"));
    }
    return true;
  }

  std::optional<std::uint32_t> number() {
    if (!is_digit(text_.peek())) return std::nullopt;
    std::uint64_t value = 0;
    while (is_digit(text_.peek()))
      value = std::min<std::uint64_t>(value * 10 + (text_.next() - '0'), Regex::kUnbounded - 1);
    return static_cast<std::uint32_t>(value);
  }

  RegexCharacters text_;
  std::size_t size_;
  unsigned depth_ = 0, behinds_ = 0;
  bool repeatable_ = true;
  std::optional<NodeId> word_;
  std::optional<Error> refused_;
  Regex regex_;
};

}  // namespace

Result<Regex> parse_regex(std::string_view text) {
  return Parser(text).parse();
}

Status check_regex(std::string_view text) {
  return Parser(text).read();
}

Regex anywhere(Regex regex, bool to_end) {
  const NodeId any = regex.add({.kind = Kind::set, .set = {{0, kLastCodePoint}}});
  const NodeId all = regex.add({.kind = Kind::repeat, .parts = {any}, .max = Regex::kUnbounded});
  regex.root = regex.add({.kind = Kind::concat, .parts = {all, regex.root}});
  if (!to_end) return regex;
  // Looked for ahead, so that nothing is kept of it once it is found.
  const NodeId found = regex.add({.kind = Kind::look, .parts = {regex.root}});
  regex.root = regex.add({.kind = Kind::concat, .parts = {found, all}});
  return regex;
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
