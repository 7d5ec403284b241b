// Patterns as ECMA-262 means them.
#include "grammar/pattern.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::compile(pattern, "/pattern");
  EXPECT_TRUE(compiled) << pattern << ": " << (compiled ? "" : compiled.error().line());
  if (!compiled) return false;
  const auto found = compiled->search(text);
  EXPECT_TRUE(found) << pattern;
  return found.value_or(false);
}

TEST(Pattern, IsSearchedWithoutAnchors) {
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("^b", "abc"));
  EXPECT_FALSE(matches("^b", "a\nb"));
}

TEST(Pattern, TheEndIsTheEnd) {
  EXPECT_TRUE(matches("a$", "ba"));
  EXPECT_FALSE(matches("a$", "a\n"));
}

TEST(Pattern, ClassesOfEcma) {
  EXPECT_TRUE(matches("^\\d$", "7"));
  EXPECT_FALSE(matches("^\\d$", "৪"));
  EXPECT_FALSE(matches("^\\w$", "é"));
  EXPECT_TRUE(matches("^\\W$", "é"));
  EXPECT_TRUE(matches("^\\s\\s\\s$", "\u00a0\ufeff\u2029"));
  EXPECT_FALSE(matches("^\\S$", "\u2003"));
  EXPECT_TRUE(matches("^[\\S]$", "a"));
  EXPECT_FALSE(matches("^[\\S]$", "\u2028"));
  EXPECT_TRUE(matches("^[^\\s]$", "a"));
  EXPECT_FALSE(matches("^.$", "\n"));
  EXPECT_FALSE(matches("^.$", "\u2028"));
  EXPECT_TRUE(matches("^.$", "😀"));
}

TEST(Pattern, EscapesAndClasses) {
  EXPECT_TRUE(matches("^\\u00e9\\x41\\cA\\0\\ud83d\\ude00\\u{1F600}$",
                      std::string_view("éA\x01\0😀😀", 13)));
  EXPECT_FALSE(matches("[]", "a"));
  EXPECT_TRUE(matches("^[^]$", "\n"));
  EXPECT_TRUE(matches("^[[:a]+$", "[:a"));
  EXPECT_TRUE(matches("^[a\\-z]+$", "a-z"));
  EXPECT_FALSE(matches("^[a\\-z]+$", "b"));
  EXPECT_TRUE(matches("^[\\b]$", "\b"));
  EXPECT_TRUE(matches("^\\p{Lu}\\p{Letter}\\P{L}$", "Aé1"));
  EXPECT_TRUE(matches("^\\p{Script=Greek}$", "β"));
  EXPECT_TRUE(matches("^#{2} a\\#b{$", "## a#b{"));
}

TEST(Pattern, GroupsAndCounts) {
  EXPECT_TRUE(matches("^(?:ab|(c)|(?<name>d)){2,3}$", "abcd"));
  EXPECT_FALSE(matches("^a{2}$", "aaa"));
  EXPECT_TRUE(matches("^a{2,}?$", "aaa"));
}

TEST(Pattern, RefusesWhatEcmaDoesNotHave) {
  for (const char* text :
       {"(",          ")",   "[a",    "*a",       "a**",   "a++",           "\\a",
        "\\Z",        "\\Q", "(?i)a", "(?P<n>a)", "(?#c)", "(?>a)",         "a{2,1}",
        "[b-a]",      "\\",  "\\u12", "\\ud800",  "\\p{}", "\\p{Nonsense}", "(*VERB)",
        "\\u{110000}"}) {
    const auto pattern = Pattern::compile(text, "/pattern");
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().kind, ErrorKind::bad_input) << text;
    EXPECT_EQ(pattern.error().where, "/pattern") << text;
  }
}

TEST(Pattern, RefusesWhatNoAutomatonCan) {
  for (const char* text : {"(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1", "(?<n>a)\\k<n>"}) {
    const auto pattern = Pattern::compile(text, "/pattern");
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().kind, ErrorKind::unsupported) << text;
  }
}

TEST(Pattern, TheWorkIsBounded) {
  const auto pattern = Pattern::compile("^(a+)+b?c$", "/pattern");
  ASSERT_TRUE(pattern);
  const auto found = pattern->search(std::string(60, 'a') + "d");
  EXPECT_TRUE(!found ? found.error().kind == ErrorKind::too_large : !*found);
  EXPECT_EQ(Pattern::compile(std::string(1 << 20, 'a'), "/pattern").error().kind,
            ErrorKind::too_large);
  EXPECT_FALSE(Pattern::compile(std::string(60'000, '('), "/pattern"));
}

}  // namespace
}  // namespace ashlar::grammar
