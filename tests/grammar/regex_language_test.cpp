#include "grammar/regex_language.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <string>

#include "tests/grammar/language_support.h"

namespace ashlar::grammar {
namespace {

const ByteSet kAll = ByteSet().set();

std::unique_ptr<Language> language(std::string_view regex) {
  auto made = regex_language(parse_regex(regex).value(), kAll);
  EXPECT_TRUE(made) << regex << ": " << made.error().line();
  return std::move(*made);
}

bool matches(std::string_view regex, std::string_view text) {
  return has(*language(regex), text);
}

TEST(RegexLanguage, HasWhatMatchesWhole) {
  EXPECT_TRUE(matches("ab*c", "abbbc"));
  EXPECT_FALSE(matches("ab*c", "abbb"));
  EXPECT_FALSE(matches("ab*c", "xabc"));
  EXPECT_TRUE(matches("(a|bc){2,3}", "abca"));
  EXPECT_FALSE(matches("(a|bc){2,3}", "a"));
  EXPECT_TRUE(matches("[^a-c\\d]+", "xyz"));
  EXPECT_FALSE(matches("[^a-c\\d]+", "xy1"));
  EXPECT_TRUE(matches("[]{0}|x", "")) << "no character, no times";
  EXPECT_TRUE(matches("a{,3}", "a{,3}")) << "no count: a brace like any other";
}

TEST(RegexLanguage, CharactersAreCodePoints) {
  EXPECT_TRUE(matches(".", "漢"));
  EXPECT_TRUE(matches("[à-ü]{3}", "éèê"));
  EXPECT_TRUE(matches("\\u{1F600}\\ud83d\\ude00", "😀😀"));
  EXPECT_FALSE(matches(".", "\xC3")) << "half a character is none";
  EXPECT_FALSE(matches(".", "\xED\xA0\x80")) << "nor is a surrogate";
  EXPECT_FALSE(matches(".", "\xC0\x80")) << "nor one spelled too long";
  EXPECT_TRUE(matches("\\p{Lu}\\P{Lu}", "Éé"));
}

TEST(RegexLanguage, AnchorsHoldAtTheEndsAlone) {
  EXPECT_TRUE(matches("^a$", "a"));
  EXPECT_TRUE(matches("(^a|b)c$", "ac"));
  EXPECT_TRUE(matches("(^|x)a", "a"));
  EXPECT_FALSE(matches("x?(^)a", "xa"));
  EXPECT_TRUE(matches("x?(^)a", "a"));
  EXPECT_EQ(language("a^b")->start(), kDead);
  EXPECT_EQ(language("a$b")->start(), kDead);
  EXPECT_TRUE(matches("^$", ""));
}

// Every code point of every range of a set, and none beside it.
TEST(RegexLanguage, ASetIsItsUtf8) {
  const auto one = language("[\\u0010-\\u0850\\uFFF0-\\u{10010}]");
  const CodeSet set{{0x10, 0x850}, {0xFFF0, 0x10010}};
  for (char32_t c = 0; c < 0x11000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    if (c < 0x80) {
      text = {static_cast<char>(c)};
    } else if (c < 0x800) {
      text = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    } else if (c < 0x10000) {
      text = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
              static_cast<char>(0x80 | (c & 63))};
    } else {
      text = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
              static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }
    ASSERT_EQ(has(*one, text), set.contains(c)) << static_cast<unsigned>(c);
  }
}

std::string random_regex(std::mt19937& random, int depth) {
  const auto pick = [&](unsigned n) { return random() % n; };
  if (depth == 0) {
    static const char* const kAtoms[] = {"a", "b", "c", "[ab]", "[^a]", ".", "\\d", "\\w"};
    return kAtoms[pick(8)];
  }
  const std::string one = random_regex(random, depth - 1);
  switch (pick(7)) {
    case 0: return one + random_regex(random, depth - 1);
    case 1: return "(" + one + "|" + random_regex(random, depth - 1) + ")";
    case 2: return "(" + one + ")*";
    case 3: return "(?:" + one + ")+?";
    case 4: return "(" + one + "){1,2}";
    case 5: return "(" + one + ")?";
    default: return one;
  }
}

// The standard library's ECMAScript says what matches.
TEST(RegexLanguage, AgreesWithAnotherEngine) {
  std::mt19937 random(11);
  int yes = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string regex = random_regex(random, 3);
    const std::regex reference(regex);
    const auto ours = language(regex);
    for (int k = 0; k < 60; ++k) {
      std::string text;
      for (unsigned n = random() % 7; n > 0; --n) text += "aabbc1"[random() % 6];
      const bool expected = std::regex_match(text, reference);
      yes += expected;
      ASSERT_EQ(has(*ours, text), expected) << regex << " on '" << text << "'";
    }
  }
  EXPECT_GT(yes, 2000) << "both answers are put to the test";
}

// Every state leads to an end by the alphabet's bytes; what can't be written isn't entered.
TEST(RegexLanguage, LeavesOutWhatTheAlphabetCantEnd) {
  ByteSet alphabet = kAll;
  alphabet.reset('z');
  const auto made = regex_language(parse_regex("ab|acz").value(), alphabet);
  ASSERT_TRUE(made);
  const StateId a = (*made)->next((*made)->start(), 'a').value();
  EXPECT_EQ((*made)->next(a, 'c').value(), kDead);
  EXPECT_EQ(regex_language(parse_regex("az").value(), alphabet).value()->start(), kDead);
}

TEST(RegexLanguage, TimeIsLinearWhereOthersAreExponential) {
  const auto evil = language("(a*)*b");
  EXPECT_FALSE(has(*evil, std::string(200'000, 'a')));
  EXPECT_TRUE(has(*evil, std::string(200'000, 'a') + "b"));
}

TEST(RegexLanguage, LimitsAreSaid) {
  const auto huge = regex_language(parse_regex("((a{1000}){1000}){1000}").value(), kAll);
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().kind, ErrorKind::too_large);
  // A state for each set of places at which an a may have stood: 2^20.
  const auto many = language("(a|b)*a(a|b){20}");
  Status status;
  StateId state = many->start();
  std::mt19937 random(3);
  for (int i = 0; i < 4'000'000 && status; ++i) {
    const auto next = many->next(state, random() % 2 == 0 ? 'a' : 'b');
    if (next)
      state = *next;
    else
      status = tl::unexpected(next.error());
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
