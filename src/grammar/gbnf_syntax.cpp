#include "grammar/gbnf_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/hex.h"
#include "base/utf8.h"
#include "grammar/gbnf_rules.h"

namespace ashlar::grammar {
namespace {

using Kind = Regex::Kind;
using NodeId = Regex::NodeId;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_in_name(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Gbnf> parse() {
    if (text_.size() > kMostGbnfBytes)
      return wrong(ErrorKind::too_large, fmt::format("the grammar has {} bytes", text_.size()),
                   fmt::format("give at most {}", kMostGbnfBytes));
    for (skip(true); !at_end(); skip(true)) ASHLAR_TRY(rule());
    for (const auto& [name, known] : known_) {
      if (known.body) continue;
      at_ = known.first_use;
      return bad(fmt::format("there is no rule '{}'", name), "write it");
    }
    const auto root = known_.find("root");
    if (root == known_.end()) return bad("there is no rule 'root'", "say what the whole text is");
    for (const auto& [name, known] : known_) {
      grammar_.names[known.id] = name;
      grammar_.regex.rules[known.id] = *known.body;
    }
    grammar_.regex.root = add({.kind = Kind::rule, .rule = root->second.id});
    ASHLAR_TRY(check_rules(grammar_));
    return std::move(grammar_);
  }

 private:
  struct Known {
    std::uint32_t id;
    std::size_t first_use;
    std::optional<NodeId> body = {};
  };

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(std::string_view what) {
    if (!text_.substr(std::min(at_, text_.size())).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  // Spaces and comments, and the ends of lines where those end no rule.
  void skip(bool newlines) {
    for (; !at_end(); ++at_) {
      if (peek() == '#') at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      const char c = peek();
      if (c != ' ' && c != '\t' && !(newlines && (c == '\r' || c == '\n'))) return;
    }
  }

  tl::unexpected<Error> wrong(ErrorKind kind, std::string_view message, std::string mend) const {
    const std::string_view before = text_.substr(0, at_);
    const auto start = before.rfind('\n') + 1;  // npos + 1 is 0
    return fail(kind,
                fmt::format("line {}, column {}: {}", std::ranges::count(before, '\n') + 1,
                            at_ - start + 1, message),
                "grammar", std::move(mend));
  }
  tl::unexpected<Error> bad(std::string_view message, std::string mend) const {
    return wrong(ErrorKind::bad_input, message, std::move(mend));
  }

  NodeId add(Regex::Node node) { return grammar_.regex.add(std::move(node)); }
  NodeId set_node(CodeSet set) { return add({.kind = Kind::set, .set = std::move(set)}); }

  std::string_view name() {
    const std::size_t begin = at_;
    while (is_in_name(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  // REQUIRES: the name was read last.
  Known& known(std::string_view name) {
    const auto id = static_cast<std::uint32_t>(grammar_.names.size());
    const auto [at, fresh] = known_.try_emplace(std::string(name), Known{id, at_ - name.size()});
    if (fresh) {
      grammar_.names.emplace_back();
      grammar_.regex.rules.emplace_back();
    }
    return at->second;
  }

  Status rule() {
    const std::string_view called = name();
    if (called.empty()) return bad("a rule's name is missing", "write name ::= …");
    std::optional<NodeId>& body = known(called).body;
    if (body) return bad(fmt::format("the rule '{}' is here a second time", called), "join them");
    skip(false);
    if (!take("::=")) return bad("'::=' is missing", "write name ::= …");
    skip(true);
    ASHLAR_ASSIGN(body, alternatives(false));
    if (at_end() || peek() == '\n' || peek() == '\r') return {};
    return bad("this belongs to no rule", "end a rule with its line, or write it in \"\"");
  }

  // `nested` in parentheses, where a line's end ends nothing.
  Result<NodeId> alternatives(bool nested) {
    if (++depth_ > kMostRegexDepth)
      return wrong(ErrorKind::too_large,
                   fmt::format("groups are nested more than {} deep", kMostRegexDepth),
                   "nest less");
    Regex::Node either{.kind = Kind::either};
    do {
      skip(nested || !either.parts.empty());
      ASHLAR_ASSIGN(either.parts.emplace_back(), sequence(nested));
    } while (take("|"));
    --depth_;
    return add(std::move(either));
  }

  Result<NodeId> sequence(bool nested) {
    Regex::Node all{.kind = Kind::concat};
    while (is_in_name(peek()) ||
           std::string_view("\"[.(<!").find(peek()) != std::string_view::npos) {
      if (at_end()) break;
      ASHLAR_ASSIGN(const NodeId part, item());
      skip(nested);
      ASHLAR_ASSIGN(all.parts.emplace_back(), repeated(part, nested));
    }
    if (!at_end() && std::string_view("*+?{").find(peek()) != std::string_view::npos)
      return bad("nothing to repeat", "write what stands before it, in parentheses");
    return add(std::move(all));
  }

  Result<NodeId> item() {
    if (take("\"")) return literal();
    if (take("[")) return bracket();
    if (take(".")) return set_node({{0, kLastCodePoint}});
    if (peek() == '<' || peek() == '!')
      return wrong(ErrorKind::unsupported, "terminals that name tokens aren't known",
                   "write the text in \"\"");
    if (!take("(")) {
      const std::string_view called = name();
      return add({.kind = Kind::rule, .rule = known(called).id});
    }
    ASHLAR_ASSIGN(const NodeId inside, alternatives(true));
    if (!take(")")) return bad("a group isn't closed here", "write ), or \"…\" around it");
    return inside;
  }

  Result<NodeId> repeated(NodeId part, bool nested) {
    std::uint32_t min = 0, max = Regex::kUnbounded;
    if (take("*")) {
    } else if (take("+")) {
      min = 1;
    } else if (take("?")) {
      max = 1;
    } else if (take("{")) {
      ASHLAR_TRY(counts(min, max, nested));
    } else {
      return part;
    }
    skip(nested);
    return add({.kind = Kind::repeat, .parts = {part}, .min = min, .max = max});
  }

  // {m}, {m,} or {m,n}, behind the brace.
  Status counts(std::uint32_t& min, std::uint32_t& max, bool nested) {
    skip(nested);
    ASHLAR_ASSIGN(min, number());
    skip(nested);
    max = min;
    if (take(",")) {
      skip(nested);
      max = Regex::kUnbounded;
      if (is_digit(peek())) {
        ASHLAR_ASSIGN(max, number());
      }
      skip(nested);
    }
    if (!take("}")) return bad("a count isn't closed here", "write {m}, {m,} or {m,n}");
    if (max < min) return bad("a repeat ends before it begins", "swap them");
    return {};
  }

  Result<std::uint32_t> number() {
    if (!is_digit(peek())) return bad("a number is missing", "write {m}, {m,} or {m,n}");
    std::uint32_t value = 0;
    for (; is_digit(peek()); ++at_)
      value = std::min(value * 10 + static_cast<std::uint32_t>(peek() - '0'), kMostRepeats + 1);
    if (value <= kMostRepeats) return value;
    return wrong(ErrorKind::too_large, fmt::format("a count is over {}", kMostRepeats),
                 "repeat less often");
  }

  Result<NodeId> literal() {
    Regex::Node all{.kind = Kind::concat};
    while (!take("\"")) {
      if (at_end()) return bad("a text has no closing \"", "close it, or write \\\"");
      ASHLAR_ASSIGN(const char32_t c, character());
      all.parts.push_back(set_node({{c, c}}));
    }
    return add(std::move(all));
  }

  Result<NodeId> bracket() {
    const bool negated = take("^");
    CodeSet set;
    while (!take("]")) {
      if (at_end()) return bad("a '[' has no ']'", "close it");
      ASHLAR_ASSIGN(const char32_t first, character());
      char32_t last = first;
      if (peek() == '-' && !text_.substr(at_).starts_with("-]")) {
        ++at_;
        if (at_end()) return bad("a '[' has no ']'", "close it");
        ASHLAR_ASSIGN(last, character());
      }
      if (last < first) return bad("a range that is none", "write the - last");
      set.add({first, last});
    }
    if (set.empty()) return bad("a set without characters", "name one");
    return set_node(negated ? set.complement() : std::move(set));
  }

  // REQUIRES: !at_end().
  Result<char32_t> character() {
    if (!take("\\")) {
      const base::CodePoint c = base::code_point_at(text_, at_);
      at_ += c.bytes;
      return c.value;
    }
    static constexpr std::string_view kLetters = "nrt", kMeanings = "\n\r\t", kSelf = "\\\"[]-";
    const char c = peek();
    const int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    const auto meaning = kLetters.find(c);
    if (digits == 0 && meaning == kLetters.npos && kSelf.find(c) == kSelf.npos)
      return bad("an escape that GBNF doesn't have", "write \\\\ for a backslash");
    ++at_;
    if (digits > 0) return hex(digits);
    return static_cast<char32_t>(meaning == kLetters.npos ? c : kMeanings[meaning]);
  }

  Result<char32_t> hex(int digits) {
    std::uint32_t value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const auto digit = base::hex_digit(static_cast<unsigned char>(peek()));
      if (!digit) return bad(fmt::format("{} hexadecimal digits are needed", digits), "write them");
      value = value * 16 + static_cast<std::uint32_t>(*digit);
    }
    if (value > kLastCodePoint || (value >= 0xD800 && value <= 0xDFFF))
      return bad("no character has this number", "write \\UXXXXXXXX for those over FFFF");
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  std::map<std::string, Known, std::less<>> known_;
  Gbnf grammar_;
};

}  // namespace

Result<Gbnf> parse_gbnf(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace ashlar::grammar
