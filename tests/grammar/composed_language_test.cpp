#include "grammar/composed_language.h"

#include <gtest/gtest.h>

#include "grammar/regex_language.h"
#include "tests/grammar/language_support.h"

namespace ashlar::grammar {
namespace {

std::unique_ptr<Language> language(std::string_view regex) {
  return std::move(*regex_language(*parse_regex(regex), ByteSet().set()));
}
StateId behind(Language& language, std::string_view text) {
  StateId state = language.start();
  for (const char byte : text) state = *language.next(state, static_cast<std::uint8_t>(byte));
  return state;
}

TEST(CappedLanguage, CountsBytes) {
  const auto capped = std::move(*capped_language(language("é*a*"), 4));
  EXPECT_TRUE(has(*capped, "éaa"));
  EXPECT_TRUE(has(*capped, "éé"));
  EXPECT_FALSE(has(*capped, "ééa"));
  EXPECT_TRUE(has(*capped, ""));
}

TEST(CappedLanguage, DiesWhereNoEndIsNearEnough) {
  const auto capped = std::move(*capped_language(language("(ab)*|c{5,}|x(yz)?"), 4));
  EXPECT_NE(behind(*capped, "aba"), kDead);
  EXPECT_EQ(behind(*capped, "ababa"), kDead);
  EXPECT_EQ(behind(*capped, "c"), kDead);
  EXPECT_EQ(behind(**capped_language(language("(a|bc)*"), 2), "ab"), kDead);
  EXPECT_EQ((*capped_language(language("aaa"), 2))->start(), kDead);
}

TEST(JoinedLanguage, HasBothPartsAndOneJoint) {
  const auto joined = joined_language(language("a|\"@\""), "@#", language("b*"));
  for (const char* text : {"a@", "a#bb", "\"@\"@b"}) EXPECT_TRUE(has(*joined, text)) << text;
  for (const char* text : {"", "a", "a@@", "\"@b", "@b", "a@#"})
    EXPECT_FALSE(has(*joined, text)) << text;
  EXPECT_EQ(behind(*joined, "a@c"), kDead);
}

}  // namespace
}  // namespace ashlar::grammar
