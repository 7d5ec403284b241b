// Words as the expressions cut them; a bar stands where one ends.
#include "tokenizer/pretokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "base/utf8.h"

namespace ashlar::tokenizer {
namespace {

using testing::HasSubstr;

std::string cut(std::string_view name, std::string_view text) {
  const auto word_end = find_pretokenizer(name, "test");
  if (!word_end) return word_end.error().line();
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = (*word_end)(text, at);
    if (at > 0) words += "|";
    words += text.substr(at, end - at);
    at = end;
  }
  return words;
}

std::string gpt2(std::string_view text) {
  return cut("gpt-2", text);
}
std::string smollm(std::string_view text) {
  return cut("smollm", text);
}

TEST(Gpt2Pretokenizer, AWordTakesTheSpaceBeforeIt) {
  EXPECT_EQ(gpt2("Hello brave new world"), "Hello| brave| new| world");
  EXPECT_EQ(gpt2("a, b"), "a|,| b");
  EXPECT_EQ(gpt2("été日本"), "été日本");
  EXPECT_EQ(gpt2("x=1+23 45"), "x|=|1|+|23| 45");
  EXPECT_EQ(gpt2(" !?a"), " !?|a");
}

TEST(Gpt2Pretokenizer, ContractionsAreLowerCaseAndComeFirst) {
  EXPECT_EQ(gpt2("I'm it's we'll they've he'd you're don't"),
            "I|'m| it|'s| we|'ll| they|'ve| he|'d| you|'re| don|'t");
  EXPECT_EQ(gpt2("IT'S"), "IT|'|S");
  EXPECT_EQ(gpt2("'tis"), "'t|is");
  EXPECT_EQ(gpt2(" 'tis"), " '|tis");
  EXPECT_EQ(gpt2("''s"), "''|s");
  EXPECT_EQ(gpt2("'l"), "'|l");
  EXPECT_EQ(gpt2("'"), "'");
}

TEST(Gpt2Pretokenizer, ARunOfSpaceLeavesItsLastCharacterToTheWord) {
  EXPECT_EQ(gpt2("a   b"), "a|  | b");
  EXPECT_EQ(gpt2("a\n\nb"), "a|\n|\n|b");
  EXPECT_EQ(gpt2("a\nb"), "a|\n|b");
  EXPECT_EQ(gpt2("a \u3000b"), "a| |\u3000|b");
  EXPECT_EQ(gpt2("a   "), "a|   ");
  EXPECT_EQ(gpt2("   "), "   ");
  EXPECT_EQ(gpt2(" "), " ");
  EXPECT_EQ(gpt2("  1"), " | 1");
}

TEST(Gpt2Pretokenizer, MarksAreNoLetters) {
  EXPECT_EQ(gpt2("e\u0301a"), "e|\u0301|a");
}

TEST(SmollmPretokenizer, EveryNumericCharacterStandsAlone) {
  EXPECT_EQ(smollm("a123b"), "a|1|2|3|b");
  EXPECT_EQ(smollm("x²½"), "x|²|½");
  EXPECT_EQ(smollm(" 12 "), " |1|2| ");
  EXPECT_EQ(smollm("-\U00011DE0-"), "-|\U00011DE0|-");
}

TEST(SmollmPretokenizer, SpaceBeforeADigitEndsAPiece) {
  EXPECT_EQ(smollm("a   1"), "a|   |1");
  EXPECT_EQ(smollm("a \n1"), "a| \n|1");
  EXPECT_EQ(smollm("a   b"), "a|  | b");
}

TEST(SmollmPretokenizer, IsGpt2sWhereThereAreNoDigits) {
  const std::string_view text = "I'll say: \t  «Grüß Gott»,\r\n\r\n wo's 日本語?!  ";
  EXPECT_EQ(smollm(text), gpt2(text));
}

RC_GTEST_PROP(Pretokenizers, WordsAreNotEmptyAndEndBetweenCharacters, (const std::string& bytes)) {
  const std::string text = base::repair_utf8(bytes).text;
  for (const char* name : {"gpt-2", "smollm"}) {
    const auto word_end = find_pretokenizer(name, "test");
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = (*word_end)(text, at);
      RC_ASSERT(end > at);
      RC_ASSERT(end <= text.size());
      RC_ASSERT(base::is_utf8(std::string_view(text).substr(at, end - at)));
      at = end;
    }
  }
}

TEST(Pretokenizers, AnUnknownNameIsRefusedByName) {
  const auto word_end = find_pretokenizer("llama-bpe", "m.gguf: key");
  ASSERT_FALSE(word_end);
  EXPECT_EQ(word_end.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(word_end.error().message, HasSubstr("'llama-bpe'"));
  EXPECT_EQ(word_end.error().where, "m.gguf: key");
  EXPECT_THAT(word_end.error().mend, HasSubstr("gpt-2, smollm"));
}

}  // namespace
}  // namespace ashlar::tokenizer
