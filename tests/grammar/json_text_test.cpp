#include "grammar/json_text.h"

#include <gtest/gtest.h>

#include <string>

#include "grammar/text_language.h"

namespace ashlar::grammar {
namespace {

// Whether the spelling, without its quotation marks, is one of a text of the language.
bool spells(JsonText& texts, Language& language, std::string_view spelling) {
  TextId text = texts.open(language);
  for (const char byte : spelling) {
    if (texts.closes(text, static_cast<std::uint8_t>(byte))) return false;
    text = texts.next(text, static_cast<std::uint8_t>(byte)).value();
    if (text == kNoText) return false;
  }
  return texts.closes(text, '"') && texts.language(text).accepts(texts.state(text));
}

TEST(JsonText, SpellsATextInEveryWay) {
  JsonText texts(false);
  const auto language = literal_language({"a/é😀\"\n"}).value();
  for (const char* spelling :
       {"a/é😀\\\"\\n", "\\u0061\\/\\u00e9\\ud83d\\ude00\\u0022\\u000a", "a/\\u00E9😀\\\"\\u000A"})
    EXPECT_TRUE(spells(texts, *language, spelling)) << spelling;
  for (const char* spelling : {"a/é😀\\\"", "a/é😀\\\"\n", "b", "a/\\u00e8"})
    EXPECT_FALSE(spells(texts, *language, spelling)) << spelling;
}

TEST(JsonText, CanonicallyInOneWayButBehindAscii) {
  JsonText texts(true);
  const auto language = literal_language({"a/é\""}).value();
  for (const char* spelling : {"a/é\\\"", "a/\\u00e9\\\""})
    EXPECT_TRUE(spells(texts, *language, spelling)) << spelling;
  for (const char* spelling : {"\\u0061/é\\\"", "a\\/é\\\"", "a/é\\u0022"})
    EXPECT_FALSE(spells(texts, *language, spelling)) << spelling;
}

TEST(JsonText, BeginsNoEscapeThatCanNotBecomeAText) {
  JsonText texts(false);
  const auto language = literal_language({"ab", "aé"}).value();
  TextId text = texts.open(*language);
  for (const char byte : std::string_view("a\\u00"))
    text = texts.next(text, static_cast<std::uint8_t>(byte)).value();
  ASSERT_NE(text, kNoText);
  for (const char byte : std::string_view("6e"))
    EXPECT_NE(texts.next(text, static_cast<std::uint8_t>(byte)).value(), kNoText) << byte;
  for (const char byte : std::string_view("0157fx"))
    EXPECT_EQ(texts.next(text, static_cast<std::uint8_t>(byte)).value(), kNoText) << byte;
}

TEST(GoesOn, LooksForACodePointOfTheRange) {
  const auto language = literal_language({"é", "漢", "😀"}).value();
  const auto has = [&](char32_t first, char32_t last) {
    return goes_on(*language, language->start(), first, last).value();
  };
  EXPECT_TRUE(has(0, 0x10FFFF));
  EXPECT_TRUE(has(0xE9, 0xE9));
  EXPECT_TRUE(has(0x6000, 0x7000));
  EXPECT_TRUE(has(0x1F600, 0x1F600));
  EXPECT_FALSE(has(0, 0xE8));
  EXPECT_FALSE(has(0xEA, 0x6000));
  EXPECT_FALSE(has(0x1F601, 0x10FFFF));
}

}  // namespace
}  // namespace ashlar::grammar
