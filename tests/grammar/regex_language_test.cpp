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
    static const char* const kAtoms[] = {"a",   "b",   "c",        "[ab]",     "[^a]", ".",
                                         "\\d", "\\w", "(?=.b|c)", "(?!.*ab)", "\\b",  "\\B"};
    return kAtoms[pick(12)];
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
  for (int i = 0; i < 600; ++i) {
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

TEST(RegexLanguage, LooksAhead) {
  EXPECT_TRUE(matches("(?=.*\\d)(?=.*[a-z]).{3,}", "x-1"));
  EXPECT_FALSE(matches("(?=.*\\d)(?=.*[a-z]).{3,}", "xyz"));
  EXPECT_TRUE(matches("(?!con$|nul$)[a-z]+", "cons"));
  EXPECT_FALSE(matches("(?!con$|nul$)[a-z]+", "nul"));
  EXPECT_FALSE(matches("(a(?!b)|b)*", "bbaab"));
  EXPECT_TRUE(matches("(a(?!b)|b)*", "bbaa"));
  EXPECT_FALSE(matches("a(?=b)", "a")) << "what lies ahead has to come";
  EXPECT_TRUE(matches("a(?!b)", "a"));
  EXPECT_TRUE(matches("(?=a(?=b(?!c)))abd?", "abd"));
  EXPECT_FALSE(matches("(?=a(?=b(?!d)))abd?", "abd"));
  EXPECT_TRUE(matches("(?!(?!é))é", "é")) << "not not";
}

TEST(RegexLanguage, LooksBehind) {
  EXPECT_TRUE(matches("[ab]+(?<=ab)", "bab"));
  EXPECT_FALSE(matches("[ab]+(?<=ab)", "ba"));
  EXPECT_TRUE(matches("(x(?<!axx)|a)*", "axaaxa"));
  EXPECT_FALSE(matches("(x(?<!axx)|a)*", "axx"));
  EXPECT_TRUE(matches(".*(?<=^é*)b", "ééb"));
  EXPECT_FALSE(matches(".*(?<=^é*)b", "éaéb"));
  EXPECT_TRUE(matches(".*(?<=(?<!a)b)c", "xbc"));
  EXPECT_FALSE(matches(".*(?<=(?<!a)b)c", "abc"));
  EXPECT_TRUE(matches("a(?=.(?<=ab)c)..", "abc")) << "behind what lies ahead";
}

TEST(RegexLanguage, BordersOfWords) {
  EXPECT_TRUE(matches(".*\\bcat\\b.*", "a cat!"));
  EXPECT_TRUE(matches(".*\\bcat\\b.*", "cat"));
  EXPECT_FALSE(matches(".*\\bcat\\b.*", "concat"));
  EXPECT_TRUE(matches(".*\\bcat\\b.*", "écat")) << "words are ASCII's";
  EXPECT_TRUE(matches(".*\\Bcat\\B.*", "concats"));
  EXPECT_FALSE(matches(".*\\Bcat\\B.*", "concat"));
  EXPECT_TRUE(matches("\\B", ""));
  EXPECT_FALSE(matches("\\b", ""));
}

std::string random_assertions(std::mt19937& random, int depth, bool behind) {
  const auto pick = [&](unsigned n) { return random() % n; };
  if (depth == 0) {
    static const char* const kAtoms[] = {"a", "b", "[ab]", ".", "^", "", "$", "\\b", "\\B"};
    return kAtoms[pick(behind ? 6 : 9)];
  }
  const std::string one = random_assertions(random, depth - 1, behind);
  switch (pick(9)) {
    case 0: return "(" + one + "|" + random_assertions(random, depth - 1, behind) + ")";
    case 1: return "(" + one + ")" + std::string(1, "*+?"[pick(3)]);
    case 2:
      return (pick(2) == 0 ? "(?<=" : "(?<!") + random_assertions(random, depth - 1, true) + ")";
    case 3:
    case 4:
      if (!behind) return (pick(2) == 0 ? "(?=" : "(?!") + one + ")";
      [[fallthrough]];
    default: return one + random_assertions(random, depth - 1, behind);
  }
}

TEST(RegexLanguage, AgreesWithASlowReader) {
  std::mt19937 random(9);
  int yes = 0, no = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string regex = random_assertions(random, 4, false);
    const Regex tree = parse_regex(regex).value();
    const auto ours = std::move(*regex_language(tree, kAll));
    SlowReader reader(tree);
    for (int k = 0; k < 40; ++k) {
      std::string text;
      for (unsigned n = random() % 6; n > 0; --n) text += "aab "[random() % 4];
      const bool expected = reader.matches(text);
      ++(expected ? yes : no);
      ASSERT_EQ(has(*ours, text), expected) << regex << " on '" << text << "'";
    }
  }
  EXPECT_GT(std::min(yes, no), 3000) << "both answers are put to the test";
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
