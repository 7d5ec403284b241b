// Sets of texts; those of the formats have format_language_test.
#include "grammar/text_language.h"

#include <gtest/gtest.h>

#include "tests/grammar/language_support.h"

namespace ashlar::grammar {
namespace {

TEST(PatternLanguage, IsFoundAnywhere) {
  const auto language = std::move(*pattern_language("b|^é$"));
  for (const char* text : {"b", "abc", "漢b\n", "é"}) EXPECT_TRUE(has(*language, text)) << text;
  for (const char* text : {"", "a", "éa", "b\xFF"}) EXPECT_FALSE(has(*language, text)) << text;
}

TEST(PatternLanguage, MayHaveNoTexts) {
  for (const char* pattern : {"a^", "$a", "[]", "a[]*[]"}) {
    const auto language = pattern_language(pattern);
    ASSERT_TRUE(language) << pattern;
    EXPECT_EQ((*language)->start(), kDead) << pattern;
    EXPECT_FALSE(has(**language, "a")) << pattern;
  }
}

TEST(PatternLanguage, RefusesWhatIsNone) {
  EXPECT_EQ(pattern_language("(").error().kind, ErrorKind::bad_input);
  EXPECT_EQ(pattern_language("(a)\\1").error().kind, ErrorKind::unsupported);
}

TEST(LiteralLanguage, HasItsTexts) {
  const auto language = std::move(*literal_language({"", "ab", "é"}));
  for (const char* text : {"", "ab", "é"}) EXPECT_TRUE(has(*language, text)) << text;
  for (const char* text : {"a", "abé", "\xC3"}) EXPECT_FALSE(has(*language, text)) << text;
}

TEST(LengthLanguage, CountsCodePoints) {
  const auto some = length_language(1, 2);
  for (const char* text : {"a", "é漢"}) EXPECT_TRUE(has(*some, text)) << text;
  for (const char* text : {"", "abc"}) EXPECT_FALSE(has(*some, text)) << text;
  EXPECT_TRUE(has(*length_language(2, std::nullopt), std::string(1000, 'a')));
}

TEST(Utf8Language, HasWhatUtf8Has) {
  const auto language = utf8_language();
  for (const char* text : {"", "aé漢😀", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(has(*language, text)) << text;
  for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\xFF"})
    EXPECT_FALSE(has(*language, text)) << text;
}

}  // namespace
}  // namespace ashlar::grammar
