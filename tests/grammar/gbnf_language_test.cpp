#include "grammar/gbnf_language.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/grammar/language_support.h"

namespace ashlar::grammar {
namespace {

std::unique_ptr<Language> language(std::string_view grammar, const ByteSet& alphabet = ~ByteSet()) {
  const auto parsed = parse_gbnf(grammar);
  EXPECT_TRUE(parsed) << grammar << ": " << (parsed ? "" : parsed.error().line());
  return std::move(*gbnf_language(*parsed, alphabet));
}

void expect(std::string_view grammar, std::initializer_list<const char*> good,
            std::initializer_list<const char*> bad) {
  const auto made = language(grammar);
  for (const char* text : good) EXPECT_TRUE(has(*made, text)) << grammar << ": " << text;
  for (const char* text : bad) EXPECT_FALSE(has(*made, text)) << grammar << ": " << text;
}

TEST(GbnfLanguage, ItemsAndRepeats) {
  expect("root ::= \"ab\"* [0-9x-]+ .?", {"1", "abab-", "ababx漢", "00\n"}, {"ab", "aba1", "1ab"});
  expect("root ::= \"ab\"{2} | [^a\\]]{1,2} | \"c\" {3,}", {"abab", "xy", "z", "ccc", "cccc"},
         {"ab", "]", "xyz", "ccca"});
  expect("root ::= \"\\x41\\u00e9\\U0001F600\\\\\\\"\\[\\]\\-\\n\\r\\t\"", {"Aé😀\\\"[]-\n\r\t"},
         {"A"});
  expect("root ::= [\\]\\[^a-]+", {"][^a-"}, {"b", ""});
  expect("root ::= [あ-ん] \"é\"", {"かé"}, {"aé", "\xE3\x81"});
}

TEST(GbnfLanguage, LinesAndComments) {
  expect(
      "# a comment ::= \"x\n"
      "\n"
      "root ::=   # what it is\n"
      "  \"a\" b_1 (\n"
      "    \"c\"   # in a group lines go on\n"
      "\n"
      "    | \"d\" ) |\n"
      "  \"#\"\r\n"
      "b_1 ::= | \"b\" # nothing, or b\n",
      {"ac", "abd", "#"}, {"a", "b", "acd"});
}

TEST(GbnfLanguage, RulesNest) {
  expect("root ::= \"(\" root \")\" | \"[\" root \"]\" | \"x\"", {"x", "([(x)])"},
         {"", "(", "(x", "([x)]", "x)"});
  expect(
      "root ::= expr \"\\n\"\n"
      "expr ::= term ([-+*/] term)*\n"
      "term ::= name | num | \"(\" ws expr \")\"\n"
      "name ::= [a-z] [a-z0-9_]*\n"
      "num ::= [0-9]+\n"
      "ws ::= [ \\t\\n]*\n",
      {"1+2*x\n", "( a-(b2/3))\n"}, {"1+\n", "(1\n", "1", "+1\n"});
  expect(
      "root ::= object\n"
      "value ::= object | array | string | \"true\" | \"null\" | number\n"
      "object ::= \"{\" ws (string \":\" ws value (\",\" ws string \":\" ws value)*)? \"}\" ws\n"
      "array ::= \"[\" ws (value (\",\" ws value)*)? \"]\" ws\n"
      "string ::= \"\\\"\" ([^\"\\\\\\x7F\\x00-\\x1F] | \"\\\\\" ([\"\\\\/bfnrt] | \"u\" "
      "[0-9a-fA-F]{4}))*"
      " \"\\\"\" ws\n"
      "number ::= \"-\"? (\"0\" | [1-9] [0-9]{0,15}) (\".\" [0-9]+)? ws\n"
      "ws ::= | \" \" | \"\\n\" [ \\t]{0,20}\n",
      {"{}", "{\"a\": [1, -2.5, {\"é\\u00e9\": null}], \"b\":\n   true}"},
      {"{", "{\"a\"}", "[1]", "{\"a\": 01}", "{\"a\": [1,]}", "{\"a\": 1}}"});
}

TEST(GbnfLanguage, EveryStateHasAnEnd) {
  ByteSet alphabet = ~ByteSet();
  alphabet.reset('z');
  const auto made = language("root ::= \"a\" b | \"c\" \"d\"\nb ::= \"x\" \"z\" | \"y\"", alphabet);
  const StateId a = *made->next(made->start(), 'a');
  EXPECT_EQ(*made->next(a, 'x'), kDead);
  EXPECT_TRUE(made->accepts(*made->next(a, 'y')));
  EXPECT_EQ(language("root ::= \"z\"", alphabet)->start(), kDead);
}

TEST(GbnfLanguage, EqualFuturesAreOneState) {
  const auto behind = [](Language& made, std::string_view text) {
    StateId state = made.start();
    for (const char byte : text) state = *made.next(state, static_cast<std::uint8_t>(byte));
    return state;
  };
  const auto list = language("root ::= item root | item\nitem ::= \"(\" [a-z]* \")\"");
  EXPECT_EQ(behind(*list, "(a"), behind(*list, "(xyz)(b)(c")) << "what stands last is not stacked";
}

// A grammar of a's and b's, and which of a text's places each of its parts may end at.
class Reference {
 public:
  explicit Reference(const Gbnf& grammar) : regex_(grammar.regex) {}

  bool matches(const std::string& text) {
    text_ = text;
    known_.clear();
    return ends(regex_.root, 0).contains(text.size());
  }

 private:
  using Places = std::set<std::size_t>;

  Places ends(Regex::NodeId id, const Places& begins) {
    Places out;
    for (const std::size_t begin : begins) out.merge(Places(ends(id, begin)));
    return out;
  }
  const Places& ends(Regex::NodeId id, std::size_t begin) {
    const auto known = known_.find({id, begin});
    return known != known_.end() ? known->second : known_[{id, begin}] = found(id, begin);
  }

  Places found(Regex::NodeId id, std::size_t begin) {
    const Regex::Node& node = regex_.nodes[id];
    Places out, now = {begin};
    switch (node.kind) {
      case Regex::Kind::set:
        if (begin < text_.size() && node.set.contains(static_cast<unsigned char>(text_[begin])))
          out.insert(begin + 1);
        return out;
      case Regex::Kind::rule: return ends(regex_.rules[node.rule], begin);
      case Regex::Kind::concat:
        for (const Regex::NodeId part : node.parts) now = ends(part, now);
        return now;
      case Regex::Kind::either:
        for (const Regex::NodeId part : node.parts) out.merge(Places(ends(part, begin)));
        return out;
      default: break;
    }
    for (std::uint32_t i = 0; i <= std::min<std::uint32_t>(node.max, 12) && !now.empty(); ++i) {
      if (i >= node.min) out.insert(now.begin(), now.end());
      now = ends(node.parts[0], now);
    }
    return out;
  }

  const Regex& regex_;
  std::string text_;
  std::map<std::pair<Regex::NodeId, std::size_t>, Places> known_;
};

std::string random_part(std::mt19937& random, int depth) {
  static const char* const kItems[] = {"\"a\"", "\"b\"", "[ab]", "\"\"", "root", "one", "two"};
  if (depth == 0) return kItems[random() % 7];
  const std::string part = random_part(random, depth - 1);
  switch (random() % 6) {
    case 0: return "(" + part + " | " + random_part(random, depth - 1) + ")";
    case 1: return "(" + part + ")" + std::string(1, "*+?"[random() % 3]);
    case 2: return "(" + part + "){1,2}";
    default: return part + " " + random_part(random, depth - 1);
  }
}

TEST(GbnfLanguage, AgreesWithASlowReader) {
  std::mt19937 random(5);
  int yes = 0, no = 0, grammars = 0;
  for (int i = 0; i < 4000 && grammars < 250; ++i) {
    std::string text;
    for (const char* name : {"root", "one", "two"})
      text += std::string(name) + " ::= " + random_part(random, 2) + " | " +
              random_part(random, 1) + "\n";
    const auto grammar = parse_gbnf(text);
    if (!grammar) continue;
    ++grammars;
    const auto made = std::move(*gbnf_language(*grammar, ~ByteSet()));
    Reference reference(*grammar);
    for (int word = 0; word < 127; ++word) {  // all of up to six letters
      std::string letters;
      for (int bits = word + 1; bits > 1; bits /= 2) letters += bits % 2 == 0 ? 'a' : 'b';
      const bool expected = reference.matches(letters);
      ++(expected ? yes : no);
      ASSERT_EQ(has(*made, letters), expected) << text << "on '" << letters << "'";
    }
  }
  EXPECT_EQ(grammars, 250);
  EXPECT_GT(std::min(yes, no), 3000);
}

Status read(Language& made, std::string_view text, int times) {
  StateId state = made.start();
  for (int i = 0; i < times; ++i)
    for (const char byte : text) {
      ASHLAR_ASSIGN(state, made.next(state, static_cast<std::uint8_t>(byte)));
      EXPECT_NE(state, kDead);
    }
  return {};
}

TEST(GbnfLanguage, AmbiguityIsShared) {
  // 2^n stacks behind n letters.
  EXPECT_TRUE(read(*language("root ::= \"a\" root \"x\" | \"a\" root \"y\" | \"\""), "a", 2000));
  EXPECT_TRUE(read(*language("root ::= \"a\" root root | \"a\""), "a", 300));
}

TEST(GbnfLanguage, LimitsAreSaid) {
  const auto huge = gbnf_language(*parse_gbnf("root ::= ((\"a\"{1000}){1000}){1000}"), ~ByteSet());
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().kind, ErrorKind::too_large);
  const auto deep = read(*language("root ::= \"(\" root \")\" | \"x\""), "(", 5000);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::too_large);
  EXPECT_EQ(deep.error().message, "a text nests a grammar's rules over 4096 deep");
}

}  // namespace
}  // namespace ashlar::grammar
