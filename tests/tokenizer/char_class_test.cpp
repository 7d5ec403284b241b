// The reference is probed over all of Unicode in oracle_test.py; here stand the borders.
#include "tokenizer/char_class.h"

#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

TEST(CharClass, Letters) {
  for (const char32_t c : {U'a', U'Z', U'é', U'ß', U'ª', U'日', U'ا', U'ह', U'ǅ', U'\U0001D400'})
    EXPECT_EQ(char_class(c), CharClass::letter) << std::uint32_t(c);
}

TEST(CharClass, NumbersAreDigitsLettersAndFractions) {
  for (const char32_t c : {U'0', U'9', U'²', U'½', U'Ⅷ', U'٣', U'〇', U'\U0001D7CE'}) {
    EXPECT_EQ(char_class(c), CharClass::number) << std::uint32_t(c);
    EXPECT_TRUE(is_numeric(c)) << std::uint32_t(c);
  }
}

TEST(CharClass, SpaceIsThePropertyWhiteSpace) {
  for (const char32_t c : {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x200A,
                           0x2028, 0x2029, 0x202F, 0x205F, 0x3000})
    EXPECT_EQ(char_class(c), CharClass::space) << std::uint32_t(c);
  // Separators and invisible characters that are none.
  for (const char32_t c : {0x08, 0x0E, 0x1C, 0x1F, 0x180E, 0x200B, 0x2060, 0xFEFF})
    EXPECT_EQ(char_class(c), CharClass::other) << std::uint32_t(c);
}

TEST(CharClass, MarksPunctuationSymbolsAndTheUnassignedAreOther) {
  for (const char32_t c : {0x21, 0x5F, 0x301, 0x94D, 0x20AC, 0x1F600, 0x378, 0xE000, 0xFFFD})
    EXPECT_EQ(char_class(c), CharClass::other) << std::uint32_t(c);
  EXPECT_FALSE(is_numeric(U'a'));
  EXPECT_FALSE(is_numeric(U'一'));  // a numeral, but a letter by category
}

TEST(CharClass, KnowsLettersAndNumbersOfUnicode16) {
  EXPECT_EQ(char_class(0x1C89), CharClass::letter);
  EXPECT_EQ(char_class(0x2EBF0), CharClass::letter);  // 15.1
  EXPECT_EQ(char_class(0x2EE5D), CharClass::letter);
  EXPECT_EQ(char_class(0x2EE5E), CharClass::other);
  EXPECT_EQ(char_class(0x1138C), CharClass::other);  // a gap between two ranges
  EXPECT_EQ(char_class(0x10D40), CharClass::number);
  EXPECT_EQ(char_class(0x1E5FA), CharClass::number);
}

TEST(CharClass, DigitsOfUnicode17AreNumericAndNothingElse) {
  for (const char32_t c : {0x11DE0, 0x11DE9, 0x16FF4, 0x16FF6}) {
    EXPECT_EQ(char_class(c), CharClass::other) << std::uint32_t(c);
    EXPECT_TRUE(is_numeric(c)) << std::uint32_t(c);
  }
}

TEST(CharClass, WordsAreOfLettersMarksDecimalsConnectorsAndJoiners) {
  for (const char32_t c :
       {U'a', U'Z', U'5', U'_', U'é', U'中', U'\u0301', U'\u203F', U'\u200D', U'Ⓐ', U'Ⅷ'})
    EXPECT_TRUE(is_word(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U' ', U'-', U'½', U'\u00A0', U'🙂', U'\u200B'})
    EXPECT_FALSE(is_word(c)) << static_cast<unsigned>(c);
}

}  // namespace
}  // namespace ashlar::tokenizer
