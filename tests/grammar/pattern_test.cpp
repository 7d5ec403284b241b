// Patterns as ECMA-262 means them.
#include "grammar/pattern.h"

#include <gtest/gtest.h>

#include <random>

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

TEST(Pattern, LooksAround) {
  EXPECT_TRUE(matches("^(?=.*\\d)(?!.*\\s).{4,}$", "abc1"));
  EXPECT_FALSE(matches("^(?=.*\\d)(?!.*\\s).{4,}$", "ab 1"));
  EXPECT_FALSE(matches("^(?=.*\\d)(?!.*\\s).{4,}$", "abcd"));
  EXPECT_TRUE(matches("(?<!un)\\bdo\\b", "I do."));
  EXPECT_FALSE(matches("(?<!un)\\bdo\\b", "undo done"));
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
  for (const char* text : {"(a)\\1", "(?<n>a)\\k<n>", "(?<=a$)"}) {
    const auto pattern = Pattern::compile(text, "/pattern");
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().kind, ErrorKind::unsupported) << text;
  }
}

TEST(Pattern, TheWorkIsBounded) {
  const auto pattern = Pattern::compile("^(a+)+b?c$", "/pattern");
  ASSERT_TRUE(pattern);
  std::uint64_t steps = 0;
  EXPECT_EQ(pattern->search(std::string(60'000, 'a') + "d", &steps), false);
  EXPECT_LT(steps, 70'000u);
  EXPECT_EQ(Pattern::compile(std::string(1 << 20, 'a'), "/pattern").error().kind,
            ErrorKind::too_large);
  EXPECT_FALSE(Pattern::compile(std::string(60'000, '('), "/pattern"));
}

// A state for each set of places at which an a may have stood.
std::string of_many_states(std::size_t bytes) {
  std::mt19937 random(3);
  std::string text;
  while (text.size() < bytes) text += random() % 2 == 0 ? 'a' : 'b';
  return text + std::string(40, 'b');
}

TEST(Pattern, TheMemoryIsBounded) {
  const auto memory = std::make_shared<PatternMemory>();
  const auto kept = Pattern::compile("a+", "/pattern", memory);
  const auto large = Pattern::compile("^[ab]*a[ab]{20}$", "/pattern", memory);
  EXPECT_EQ(kept->search("ba"), true);
  EXPECT_EQ(memory->left, 127u);
  std::uint64_t first = 0, second = 0;
  EXPECT_EQ(large->search(of_many_states(20'000), &first), false) << "not within what is kept";
  EXPECT_EQ(memory->left, 127u);
  EXPECT_EQ(large->search(of_many_states(20'000), &second), false);
  EXPECT_GT(second, 20'000u * 64) << "each state is made anew";
  const auto never = large->search(of_many_states(2'000'000));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, ErrorKind::too_large);
}

TEST(Pattern, WhereNoneMayBeKeptItIsSearchedAllTheSame) {
  const auto memory = std::make_shared<PatternMemory>();
  memory->left = 1;
  {
    const auto one = Pattern::compile("a", "/pattern", memory);
    const auto other = Pattern::compile("b", "/pattern", memory);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(one->search("a"), true);
      EXPECT_EQ(other->search("a"), false);
    }
    EXPECT_EQ(memory->left, 0u);
  }
  EXPECT_EQ(memory->left, 1u);
}

}  // namespace
}  // namespace ashlar::grammar
