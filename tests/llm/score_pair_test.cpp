#include "llm/score_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/tiny_tokenizer.h"
#include "tests/support/fixtures.h"

namespace ashlar::llm {
namespace {

using test::kTinyAb;
using test::kTinyEos;
using test::kTinySpace;
using test::letter;
using test::tiny_tokenizer;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ScorePair, IsOneTextCutAtThePromptsOwnLength) {
  const auto pair = encode_pair(*tiny_tokenizer(), "hi", "yo");
  EXPECT_THAT(pair->ids, ElementsAre(letter('h'), letter('i'), letter('y'), letter('o')));
  EXPECT_EQ(pair->from, 2u);
}

TEST(ScorePair, TokensMayMergeOverTheCut) {
  const auto pair = encode_pair(*tiny_tokenizer(), "a", "bx");
  EXPECT_THAT(pair->ids, ElementsAre(kTinyAb, letter('x')));
  EXPECT_EQ(pair->from, 1u) << "as many as the prompt has by itself";
}

TEST(ScorePair, TrailingSpaceGoesToTheCompletion) {
  const auto pair = encode_pair(*tiny_tokenizer(), "x ", "y");
  EXPECT_THAT(pair->ids, ElementsAre(letter('x'), kTinySpace, letter('y')));
  EXPECT_EQ(pair->from, 1u);
}

TEST(ScorePair, AnEmptyPromptIsConditionedOnTheEndTokenWithoutBos) {
  for (const std::string_view prompt : {"", "  "}) {
    const auto pair = encode_pair(*tiny_tokenizer(), prompt, "y");
    EXPECT_EQ(pair->ids.front(), kTinyEos);
    EXPECT_EQ(pair->ids.back(), letter('y'));
    EXPECT_EQ(pair->from, 1u);
  }
}

TEST(ScorePair, BosStandsOnceBeforeEveryPrompt) {
  const auto tokenizer = tiny_tokenizer({.bos = true});
  EXPECT_THAT(encode_pair(*tokenizer, "", "y")->ids, ElementsAre(letter('z'), letter('y')));
  const auto pair = encode_pair(*tokenizer, "x", "y");
  EXPECT_THAT(pair->ids, ElementsAre(letter('z'), letter('x'), letter('y')));
  EXPECT_EQ(pair->from, 2u);
}

TEST(ScorePair, RefusesWhatCannotBeScored) {
  const auto refused = [](auto tokenizer, std::string_view prompt, std::string_view completion) {
    const auto pair = encode_pair(*tokenizer, prompt, completion);
    return pair ? "accepted" : pair.error().line();
  };
  EXPECT_THAT(refused(tiny_tokenizer(), "x", ""), HasSubstr("adds no token"));
  EXPECT_THAT(refused(tiny_tokenizer(), "a", "b"), HasSubstr("adds no token"));
  EXPECT_THAT(refused(tiny_tokenizer(), "\xff", "b"), HasSubstr("the prompt is not UTF-8"));
  EXPECT_THAT(refused(tiny_tokenizer(), "a", "\xff"), HasSubstr("the completion is not UTF-8"));
  EXPECT_THAT(refused(tiny_tokenizer({.eos = false}), "", "b"), HasSubstr("without BOS and EOS"));
}

TEST(ScorePair, SpaceIsWhatUnicodeCallsSpace) {
  ASHLAR_NEEDS_SMOLLM2();
  const auto file = formats::Gguf::open(test::smollm2());
  const auto tokenizer = *tokenizer::Tokenizer::from_gguf(*file);
  for (const std::string space : {" ", "\n\t", "\u00A0", "\u2003 \u3000", "\x1f"}) {
    const auto pair = encode_pair(*tokenizer, "It is" + space, "so");
    EXPECT_EQ(pair->from, tokenizer->encode("It is").size()) << space;
    EXPECT_EQ(tokenizer->decode(pair->ids), "It is" + space + "so");
  }
  EXPECT_EQ(encode_pair(*tokenizer, "caf\u00E9\u200B", "so")->from,
            tokenizer->encode("caf\u00E9\u200B").size())
      << "zero width is not white space";
}

}  // namespace
}  // namespace ashlar::llm
