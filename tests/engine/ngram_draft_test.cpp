#include "engine/ngram_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::engine {
namespace {

using test::letters;
using testing::IsEmpty;

constexpr Price cost(double row) {
  return {.row = row, .step_ms = 10, .allowance = 1};
}
constexpr Price kCheap = cost(0.01);

// What it guesses after `text`.
std::vector<TokenId> guesses(NgramDraft& draft, std::string_view text, std::uint32_t most = 9,
                             Price price = kCheap, RequestId sequence = 1) {
  const auto tokens = letters(text);
  Ask ask{{sequence, 0}, tokens, 1000, most};
  draft.propose({&ask, 1}, price, {});
  return ask.guesses;
}

TEST(NgramDraft, ProposesWhatFollowedTheLastTime) {
  NgramDraft draft;
  EXPECT_THAT(guesses(draft, "abcxyabcpqrsabc", 2), letters("pq"));
}

TEST(NgramDraft, HasNothingToSayAboutNewText) {
  NgramDraft draft;
  EXPECT_THAT(guesses(draft, "abcdefgh"), IsEmpty());
  EXPECT_THAT(guesses(draft, "abc", 9, kCheap, 2), IsEmpty());
  EXPECT_THAT(guesses(draft, "", 9, kCheap, 3), IsEmpty());
}

TEST(NgramDraft, AtItsEndTheTextGoesRound) {
  NgramDraft draft;
  EXPECT_EQ(guesses(draft, "xyabcabcabcabcabc", 7), letters("abcabca"));
}

TEST(NgramDraft, FollowsASequenceAsItGrows) {
  NgramDraft draft;
  EXPECT_THAT(guesses(draft, "abcd"), IsEmpty());
  EXPECT_EQ(guesses(draft, "abcdxabc", 2), letters("dx"));
}

TEST(NgramDraft, ALongerAgreementIsWorthMoreGuesses) {
  NgramDraft draft;
  const Price price = cost(0.1);
  const auto few = guesses(draft, "pabcdefghijklmnqabc", 16, price, 1).size();
  const auto many = guesses(draft, "pabcdefghijklmnqabcdefghijk", 16, price, 2).size();
  EXPECT_GT(few, 0u);
  EXPECT_GT(many, few);
}

TEST(NgramDraft, NothingIsGuessedThatIsNotWorthItsPrice) {
  NgramDraft draft;
  EXPECT_THAT(guesses(draft, "abcpqrsabc", 9, cost(0.5)), IsEmpty());
}

// What one sequence learned helps the next one: each kind of agreement has its odds.
TEST(NgramDraft, LearnsOverAllSequences) {
  NgramDraft draft;
  for (int i = 0; i < 20; ++i) {
    guesses(draft, "abcpqrsabc");
    draft.learn({1, 0}, 3, 0);
  }
  EXPECT_THAT(guesses(draft, "abcpqrsabc", 9, cost(0.1), 2), IsEmpty());
  EXPECT_GT(guesses(draft, "abcdefghijkpqrsabcdefghijk", 9, kCheap, 3).size(), 0u);
}

TEST(NgramDraft, ASequenceThatIsNotAskedAboutIsForgotten) {
  NgramDraft draft;
  EXPECT_EQ(guesses(draft, "abcpqrsabc", 1, kCheap, 1), letters("p"));
  guesses(draft, "x", 1, kCheap, 2);
  EXPECT_EQ(guesses(draft, "abczabc", 1, kCheap, 1), letters("z")) << "another text, the same id";
}

}  // namespace
}  // namespace ashlar::engine
