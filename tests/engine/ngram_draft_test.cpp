#include "engine/ngram_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::engine {
namespace {

using test::letters;
using testing::IsEmpty;

TEST(NgramDraft, ProposesWhatFollowedTheLastTime) {
  NgramDraft draft;
  EXPECT_EQ(draft.propose(letters("abcxyabcpqrsabc"), 9), letters("pqrs"));
}

TEST(NgramDraft, HasNothingToSayAboutNewText) {
  NgramDraft draft;
  EXPECT_THAT(draft.propose(letters("abcdefgh"), 9), IsEmpty());
  EXPECT_THAT(NgramDraft().propose(letters("abc"), 9), IsEmpty());
  EXPECT_THAT(NgramDraft().propose({}, 9), IsEmpty());
}

TEST(NgramDraft, GivesNoMoreThanWasAsked) {
  NgramDraft draft;
  EXPECT_EQ(draft.propose(letters("abcpqrsabc"), 2), letters("pq"));
}

TEST(NgramDraft, FollowsASequenceAsItGrows) {
  NgramDraft draft;
  EXPECT_THAT(draft.propose(letters("abcd"), 9), IsEmpty());
  EXPECT_EQ(draft.propose(letters("abcdxabc"), 9), letters("dxab"));
}

TEST(NgramDraft, GuessesMoreWhileItIsRight) {
  NgramDraft draft;
  const auto tokens = letters("abcdefghijklmnopqrsabc");
  const auto count = [&] { return draft.propose(tokens, 99).size(); };
  EXPECT_EQ(count(), 4u);
  draft.learn(4, 4);
  EXPECT_EQ(count(), 8u);
  draft.learn(8, 8);
  EXPECT_EQ(count(), NgramDraft::kLongest);
  draft.learn(12, 2);
  EXPECT_EQ(count(), 3u);
}

TEST(NgramDraft, RestsLongerAfterEachMiss) {
  NgramDraft draft;
  const auto tokens = letters("abcpqrsabc");
  for (const int rest : {2, 4, 8, 16, 32, 64, 64}) {
    ASSERT_EQ(draft.propose(tokens, 9).size(), rest == 2 ? 4u : 2u);
    draft.learn(1, 0);
    for (int i = 0; i < rest; ++i) ASSERT_THAT(draft.propose(tokens, 9), IsEmpty()) << rest;
  }
}

}  // namespace
}  // namespace ashlar::engine
