// What is refused says where and why; what is taken is put to the test in regex_language_test.
#include "grammar/regex_syntax.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

Error refused(std::string_view regex) {
  const auto made = parse_regex(regex);
  EXPECT_FALSE(made) << regex;
  return made ? Error{} : made.error();
}

TEST(RegexSyntax, WhatIsNoExpressionIsBadInput) {
  for (const char* regex : {"(",
                            ")",
                            "a)",
                            "[",
                            "[a",
                            "*",
                            "a**",
                            "+a",
                            "\\",
                            "(?<n",
                            "a{3,2}",
                            "[b-a]",
                            "[\\d-z-",
                            "\\xg0",
                            "\\u{110000}",
                            "\\p{L",
                            "\\q",
                            "(?:a",
                            "\\p{Nonsense}",
                            "\\pL",
                            "\\ud800",
                            "\\ud800\\u0041",
                            "\\01",
                            "\\k",
                            "\\k<n",
                            "^*",
                            "$+",
                            "(?=a)*",
                            "\\b?",
                            "{2}",
                            "(?<1>a)",
                            "(?<>a)",
                            "(?P<n>a)",
                            "(?>a)",
                            "(?#c)",
                            "[\\1]",
                            "[\\B]",
                            "[\\w-z]",
                            "(a)\\1("})
    EXPECT_EQ(refused(regex).kind, ErrorKind::bad_input) << regex;
}

TEST(RegexSyntax, WhatNoAutomatonHoldsIsNamed) {
  for (const char* regex : {"(a)\\1", "\\k<n>", "(?i:a)", "(?<=a$)", "(?<=\\b)", "(?<!a(?=b))"})
    EXPECT_EQ(refused(regex).kind, ErrorKind::unsupported) << regex;
  EXPECT_EQ(refused("ab(?<=c$)").message,
            "byte 8: the end of the text behind a place can't be held by an automaton");
  EXPECT_EQ(refused("ab(?<=c$)").where, "regex");
}

TEST(RegexSyntax, WhatNoAutomatonHoldsIsAnExpression) {
  for (const char* regex : {"(a)\\1", "(?<n>a)\\k<n>", "(?<=a$)(?<=\\b)(?<!a(?=b))", "a{70000}"})
    EXPECT_TRUE(check_regex(regex)) << regex;
  for (const char* regex : {"(a)\\1(", "(?<=\\b", "\\k<n>**"})
    EXPECT_FALSE(check_regex(regex)) << regex;
}

TEST(RegexSyntax, KnowsWhetherItLooksAround) {
  for (const char* regex : {"(?=a)", "a(b|(?!a))", "(?<=a)", "(?<!a)", "\\bword", "\\B"})
    EXPECT_TRUE(has_assertions(*parse_regex(regex))) << regex;
  for (const char* regex : {"^a$", "[\\b]", "(?:a)(?<n>b)"})
    EXPECT_FALSE(has_assertions(*parse_regex(regex))) << regex;
}

TEST(RegexSyntax, SizesAreLimited) {
  EXPECT_EQ(refused(std::string(kMostRegexBytes + 1, 'a')).kind, ErrorKind::too_large);
  EXPECT_EQ(refused(std::string(300, '(') + std::string(300, ')')).kind, ErrorKind::too_large);
  EXPECT_EQ(refused("a{70000}").kind, ErrorKind::too_large);
  EXPECT_EQ(refused("a{99999999999999999999}").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
