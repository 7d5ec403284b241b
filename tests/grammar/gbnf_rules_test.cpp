#include "grammar/gbnf_rules.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ashlar::grammar {
namespace {

std::string refusal(std::string_view grammar) {
  const auto made = parse_gbnf(grammar);
  return made ? "" : made.error().message;
}

TEST(GbnfRules, ThoseThatNoTextMatchesAreNamed) {
  EXPECT_EQ(refusal("root ::= \"a\" | b\nb ::= \"b\" b"),
            "no text matches the rule 'b': it never ends");
  EXPECT_EQ(refusal("root ::= a\na ::= b \"x\"\nb ::= (\"y\" a)+"),
            "no text matches the rule 'root': it never ends");
  EXPECT_EQ(refusal("root ::= \"a\" root?"), "");
  EXPECT_EQ(refusal("root ::= \"a\" (root)*"), "");
}

TEST(GbnfRules, ThoseThatBeginWithThemselvesAreNamed) {
  const std::string message = "the rule 'root' can begin with itself";
  EXPECT_EQ(refusal("root ::= root \"a\" | \"b\""), message);
  EXPECT_EQ(refusal("root ::= a root | \"b\"\na ::= \"x\"?"), message) << "behind nothing";
  EXPECT_EQ(refusal("root ::= a | \"b\"\na ::= \"\" (root \"x\")? \"y\""), message);
  EXPECT_EQ(refusal("root ::= \"x\" (\"y\"? \"z\")* root | \"b\""), "");
  EXPECT_EQ(refusal("root ::= root{0} \"a\" | \"b\""), "");
}

TEST(GbnfRules, EachStandsBehindThoseThatItBeginsWith) {
  const auto grammar = parse_gbnf(
      "root ::= ws a \"(\" b\nb ::= a\na ::= c | \"x\"\nws ::= \" \"*\n"
      "c ::= \"c\" root?");
  ASSERT_TRUE(grammar);
  const auto place = [&](const char* name) { return std::ranges::find(grammar->names, name); };
  EXPECT_LT(place("ws"), place("root"));
  EXPECT_LT(place("a"), place("root"));
  EXPECT_LT(place("a"), place("b"));
  EXPECT_LT(place("c"), place("a"));
}

}  // namespace
}  // namespace ashlar::grammar
