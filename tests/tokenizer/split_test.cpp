#include "tokenizer/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using testing::ElementsAre;

std::vector<std::string> pieces(const Pattern& pattern, SplitBehavior behavior,
                                std::string_view text, bool invert = false) {
  std::vector<std::string> pieces;
  EXPECT_TRUE(split(text, pattern, behavior, invert, [&](std::string_view piece) -> Status {
    pieces.emplace_back(piece);
    return {};
  }));
  return pieces;
}

// The example of the reference's own documentation.
constexpr std::string_view kText = "the-final--countdown";

std::vector<std::string> at_dashes(SplitBehavior behavior, bool invert = false) {
  return pieces(*literal_pattern("-"), behavior, kText, invert);
}

TEST(Split, KeepsRemovesOrJoinsTheMatches) {
  EXPECT_THAT(at_dashes(SplitBehavior::removed), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(at_dashes(SplitBehavior::isolated),
              ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(at_dashes(SplitBehavior::merged_with_previous),
              ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(at_dashes(SplitBehavior::merged_with_next),
              ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(at_dashes(SplitBehavior::contiguous),
              ElementsAre("the", "-", "final", "--", "countdown"));
}

TEST(Split, InvertedTheRestIsTheMatches) {
  EXPECT_THAT(at_dashes(SplitBehavior::removed, true), ElementsAre("-", "-", "-"));
  EXPECT_THAT(at_dashes(SplitBehavior::merged_with_next, true),
              ElementsAre("the-", "final-", "-", "countdown"));
}

TEST(Split, ATextWithoutAMatchIsOnePiece) {
  const auto dash = literal_pattern("-");
  EXPECT_THAT(pieces(*dash, SplitBehavior::isolated, "ab"), ElementsAre("ab"));
  EXPECT_THAT(pieces(*dash, SplitBehavior::removed, "--"), ElementsAre());
  EXPECT_THAT(pieces(*dash, SplitBehavior::contiguous, ""), ElementsAre());
}

TEST(Split, NumericCharactersOfEveryScript) {
  EXPECT_THAT(pieces(*numeric_pattern(), SplitBehavior::isolated, "a1½٣b"),
              ElementsAre("a", "1", "½", "٣", "b"));
}

TEST(Split, TheFirstErrorEndsIt) {
  std::size_t count = 0;
  const Status status = split("a-b", *literal_pattern("-"), SplitBehavior::isolated, false,
                              [&](std::string_view) -> Status {
                                ++count;
                                return fail(ErrorKind::cancelled, "enough");
                              });
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(count, 1u);
}

}  // namespace
}  // namespace ashlar::tokenizer
