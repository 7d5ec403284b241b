#include "tokenizer/special_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::ElementsAre;
using testing::HasSubstr;

SmallVocabulary with_specials() {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.add("<s>", 3);     // 256
  small.add("</s>", 3);    // 257
  small.add("<turn>", 3);  // 258
  small.add("<msg>", 3);   // 259
  return small;
}

TEST(SpecialIds, AreAbsentWhereTheFileHasNone) {
  const auto tokenizer = with_specials().load();
  EXPECT_FALSE(tokenizer->bos());
  EXPECT_FALSE(tokenizer->eos());
  EXPECT_FALSE(tokenizer->ends_generation(257));
  EXPECT_THAT(tokenizer->encode("a"), ElementsAre('a'));
}

TEST(SpecialIds, EosEndOfTurnAndEndOfMessageEndAnAnswer) {
  SmallVocabulary small = with_specials();
  small.ids = {{"bos", 256}, {"eos", 257}, {"eot", 258}, {"eom", 259}};
  const auto tokenizer = small.load();
  EXPECT_EQ(tokenizer->bos(), 256u);
  EXPECT_EQ(tokenizer->eos(), 257u);
  EXPECT_FALSE(tokenizer->ends_generation(256));
  for (const TokenId id : {257, 258, 259}) EXPECT_TRUE(tokenizer->ends_generation(id)) << id;
}

TEST(SpecialIds, StandAroundATextWhenTheFileSaysSo) {
  SmallVocabulary small = with_specials();
  small.ids = {{"bos", 256}, {"eos", 257}};
  EXPECT_THAT(small.load()->encode("a"), ElementsAre('a'));
  small.switches = {{"add_bos_token", true}};
  EXPECT_THAT(small.load()->encode("a"), ElementsAre(256, 'a'));
  small.switches = {{"add_bos_token", true}, {"add_eos_token", true}};
  EXPECT_THAT(small.load()->encode("a"), ElementsAre(256, 'a', 257));
  EXPECT_THAT(small.load()->encode(""), ElementsAre(256, 257));
  EXPECT_THAT(small.load()->encode("a", {.add_special = false}), ElementsAre('a'));
}

TEST(SpecialIds, AreInTheVocabulary) {
  for (const char* key : {"bos", "eos", "eot", "eom"}) {
    SmallVocabulary small = with_specials();
    small.ids = {{key, 260}};
    const Error error = small.refusal();
    EXPECT_EQ(error.kind, ErrorKind::corrupt);
    EXPECT_THAT(error.message, HasSubstr("token id 260 in a vocabulary of 260"));
    EXPECT_THAT(error.where, HasSubstr(key));
  }
}

TEST(SpecialIds, AreNeededByTheirSwitches) {
  for (const char* key : {"add_bos_token", "add_eos_token"}) {
    SmallVocabulary small = with_specials();
    small.switches = {{key, true}};
    EXPECT_THAT(small.refusal().message, HasSubstr(key));
    small.switches = {{key, false}};
    EXPECT_TRUE(small.try_load());
  }
}

}  // namespace
}  // namespace ashlar::tokenizer
