#include "tokenizer/word_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(const WordCutter& cutter, std::string_view text) {
  std::vector<std::string> words;
  EXPECT_TRUE(cutter.cut(text, [&](std::string_view word) -> Status {
    words.emplace_back(word);
    return {};
  }));
  return words;
}

TEST(WordCutter, WithoutStepsTheTextIsAWord) {
  EXPECT_THAT(words(WordCutter(), "a b"), ElementsAre("a b"));
  EXPECT_THAT(words(WordCutter(), ""), ElementsAre());
}

TEST(WordCutter, EachStepWorksOnThePiecesOfTheOneBefore) {
  WordCutter cutter;
  cutter.then_split(literal_pattern("\n"), SplitBehavior::removed, false);
  cutter.then_prefix_space();
  cutter.then_scan(*find_pretokenizer("gpt-2", "t"));
  EXPECT_THAT(words(cutter, "a b\n c\n\nd1"), ElementsAre(" a", " b", " c", " d", "1"));
}

TEST(WordCutter, AnErrorInsideEndsEveryStep) {
  WordCutter cutter;
  cutter.then_split(literal_pattern("-"), SplitBehavior::isolated, false);
  cutter.then_scan(*find_pretokenizer("gpt-2", "t"));
  std::size_t count = 0;
  const Status status = cutter.cut("a b-c", [&](std::string_view) -> Status {
    return ++count == 2 ? Status(fail(ErrorKind::cancelled, "enough")) : Status();
  });
  EXPECT_FALSE(status);
  EXPECT_EQ(count, 2u);
}

}  // namespace
}  // namespace ashlar::tokenizer
