#include "tokenizer/special_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::ElementsAre;

constexpr EncodeOptions kParse{.parse_special = true};

// 256 <s>, 257 <s>>, 258 <s>>>> (control), 259 §§ (user-defined), 260 <unk> (unknown)
std::shared_ptr<const Tokenizer> tokenizer() {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  for (const char* spelling : {"<s>", "<s>>", "<s>>>>"}) small.add(spelling, 3);
  small.add("§§", 4);
  small.add("<unk>", 2);
  return small.load();
}

TEST(SpecialTokens, ControlAndUnknownTokensAreMadeOnRequestOnly) {
  EXPECT_THAT(tokenizer()->encode("<s>"), ElementsAre('<', 's', '>'));
  EXPECT_THAT(tokenizer()->encode("a<s>b", kParse), ElementsAre('a', 256, 'b'));
  EXPECT_THAT(tokenizer()->encode("<unk><s>", kParse), ElementsAre(260, 256));
}

TEST(SpecialTokens, UserDefinedTokensAreAlwaysMade) {
  const TextRange all{0, 100};
  EXPECT_THAT(tokenizer()->encode("a§§§§"), ElementsAre('a', 259, 259));
  EXPECT_THAT(tokenizer()->encode("§§", {.parse_special = true, .literal = {&all, 1}}),
              ElementsAre(259));
}

TEST(SpecialTokens, TheLongestThatBeginsLeftmostWins) {
  EXPECT_THAT(tokenizer()->encode("<s>>", kParse), ElementsAre(257));
  EXPECT_THAT(tokenizer()->encode("<s>>>", kParse), ElementsAre(257, '>'));
  EXPECT_THAT(tokenizer()->encode("<s>>>>", kParse), ElementsAre(258));
  EXPECT_THAT(tokenizer()->encode("<<s>", kParse), ElementsAre('<', 256));
  EXPECT_THAT(tokenizer()->encode("<s", kParse), ElementsAre('<', 's'));
}

TEST(SpecialTokens, AreNotMadeWhereTheyTouchALiteralRange) {
  const std::string text = "<s>x<s>y<s>";  // 0..3, 4..7, 8..11
  const auto ids = [&](std::vector<TextRange> literal) {
    return tokenizer()->encode(text, {.parse_special = true, .literal = literal});
  };
  EXPECT_THAT(ids({}), ElementsAre(256, 'x', 256, 'y', 256));
  EXPECT_THAT(ids({{3, 8}}), ElementsAre(256, 'x', '<', 's', '>', 'y', 256));
  EXPECT_THAT(ids({{6, 7}}), ElementsAre(256, 'x', '<', 's', '>', 'y', 256));
  EXPECT_THAT(ids({{4, 5}}), ElementsAre(256, 'x', '<', 's', '>', 'y', 256));
  EXPECT_THAT(ids({{2, 3}, {8, 9}}), ElementsAre('<', 's', '>', 'x', 256, 'y', '<', 's', '>'));
  EXPECT_THAT(ids({{5, 5}}), ElementsAre(256, 'x', 256, 'y', 256)) << "an empty range";
}

TEST(SpecialTokens, AShorterOneFitsBeforeALiteralRange) {
  const TextRange tail{3, 4};
  EXPECT_THAT(tokenizer()->encode("<s>>", {.parse_special = true, .literal = {&tail, 1}}),
              ElementsAre(256, '>'));
}

TEST(SpecialTokens, MergesCrossTheBordersOfLiteralRanges) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId ab = small.merge("a", "b");
  const TextRange b{1, 2};
  EXPECT_THAT(small.load()->encode("ab", {.parse_special = true, .literal = {&b, 1}}),
              ElementsAre(ab));
}

TEST(SpecialTokens, TextOnBothSidesIsCutOnItsOwn) {
  // At the end of a piece a run of spaces stays whole.
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId spaces = small.merge("Ġ", "Ġ"), control = small.add("<s>", 3);
  EXPECT_THAT(small.load()->encode("  <s>", kParse), ElementsAre(spaces, control));
  EXPECT_THAT(small.load()->encode("  <s>"), ElementsAre(' ', ' ', '<', 's', '>'));
}

TEST(SpecialTokens, AreFoundBySpelling) {
  EXPECT_EQ(tokenizer()->find("<s>>"), 257u);
  EXPECT_EQ(tokenizer()->find("§§"), 259u);
  EXPECT_FALSE(tokenizer()->find("<s"));
  EXPECT_FALSE(tokenizer()->find("a")) << "a normal token";
}

}  // namespace
}  // namespace ashlar::tokenizer
