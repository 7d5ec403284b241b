// A draft over the fake model: what it guesses is what that model says, whatever it read before.
#include "engine/model_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/fake_backend.h"

namespace ashlar::engine {
namespace {

using test::FakeBackend;
using test::letters;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Price kCheap{.row = 0.01, .step_ms = 1000, .allowance = 100};
const model::Abandoned kNever = [] { return false; };

std::vector<TokenId> greedy(std::vector<TokenId> tokens, std::size_t count) {
  std::vector<TokenId> said;
  for (; said.size() < count; tokens.push_back(said.back())) {
    const auto logits = FakeBackend::logits_after(tokens);
    said.push_back(static_cast<TokenId>(std::ranges::max_element(logits) - logits.begin()));
  }
  return said;
}

struct Drafting {
  explicit Drafting(std::uint32_t context = 512, std::uint32_t blocks = 16) {
    auto owned = std::make_unique<FakeBackend>(context, blocks);
    backend = owned.get();
    draft = std::make_unique<ModelDraft>(std::move(owned));
  }

  std::vector<TokenId> guesses(const std::vector<TokenId>& tokens, std::uint32_t most = 3,
                               RequestId sequence = 1, std::uint32_t positions = 200) {
    Ask ask{{sequence, 0}, tokens, positions, most};
    draft->propose({&ask, 1}, kCheap, kNever);
    return ask.guesses;
  }

  FakeBackend* backend;
  std::unique_ptr<ModelDraft> draft;
};

TEST(ModelDraft, GuessesWhatItsModelSays) {
  Drafting d;
  EXPECT_EQ(d.guesses(letters("once upon")), greedy(letters("once upon"), 3));
  EXPECT_EQ(d.backend->steps, 3) << "the text in one step, then a step a guess";
}

TEST(ModelDraft, GoesBackToWhereItsGuessesWereWrong) {
  Drafting d;
  auto tokens = letters("once");
  for (int i = 0; i < 40; ++i) {
    const auto guesses = d.guesses(tokens);
    ASSERT_EQ(guesses, greedy(tokens, 3)) << i;
    const std::size_t right = static_cast<std::size_t>(i) % 4;  // of three
    tokens.insert(tokens.end(), guesses.begin(), guesses.begin() + static_cast<long>(right));
    tokens.push_back(test::letter('a') + static_cast<TokenId>(i) % 20);
  }
}

TEST(ModelDraft, ReadsOnlyWhatIsNew) {
  Drafting d;
  auto tokens = letters(std::string(100, 'q'));
  const auto first = d.guesses(tokens, 1);
  tokens.insert(tokens.end(), {first[0], test::letter('b')});
  d.guesses(tokens, 1);
  EXPECT_EQ(d.backend->rows, 2u);
}

TEST(ModelDraft, ALongTextIsReadInPieces) {
  Drafting d;
  const auto tokens = letters(std::string(400, 'q'));
  EXPECT_THAT(d.guesses(tokens, 3, 1, 500), IsEmpty());
  EXPECT_EQ(d.backend->rows, 256u);
  EXPECT_EQ(d.guesses(tokens, 3, 1, 500), greedy(tokens, 3));
}

// A step of the draft is a tenth of the model's; to read 100 tokens takes about 2.5 of those.
TEST(ModelDraft, ReadsUpOnlyWhatItMay) {
  Drafting d;
  const auto text = letters(std::string(100, 'q'));
  const double step_ms = 10 * d.backend->step_ms(1);
  Ask ask{{1, 0}, text, 200, 1};
  d.draft->propose({&ask, 1}, {.row = 0.01, .step_ms = step_ms, .allowance = 1}, kNever);
  EXPECT_EQ(d.backend->steps, 0);
  d.draft->propose({&ask, 1}, {.row = 0.01, .step_ms = step_ms, .allowance = 3}, kNever);
  EXPECT_EQ(ask.guesses, greedy(text, 1));
}

TEST(ModelDraft, DecodesForAllInOneBatch) {
  Drafting d;
  const auto one = letters("one"), two = letters("two and more"), three = letters("three");
  Ask asks[] = {{{1, 0}, one, 100, 2}, {{2, 0}, two, 100, 3}, {{3, 0}, three, 100, 0}};
  d.draft->propose(asks, kCheap, kNever);
  EXPECT_EQ(asks[0].guesses, greedy(one, 2));
  EXPECT_EQ(asks[1].guesses, greedy(two, 3));
  EXPECT_THAT(asks[2].guesses, IsEmpty());
  EXPECT_EQ(d.backend->steps, 3);
}

TEST(ModelDraft, TextsThatBeginAlikeAreReadOnce) {
  Drafting d;
  d.guesses(letters(std::string(130, 'q') + "a"), 1, 1);
  d.guesses(letters(std::string(130, 'q') + "b"), 1, 2);
  EXPECT_EQ(d.backend->rows, 131u - 128u);
}

TEST(ModelDraft, WhoHasEndedGivesItsMemoryBack) {
  Drafting d(512, 4);
  for (RequestId id = 1; id < 20; ++id)
    EXPECT_THAT(d.guesses(letters("some text"), 2, id, 256), SizeIs(2)) << id;
}

TEST(ModelDraft, WithoutMemoryItGuessesNothing) {
  Drafting d(512, 4);
  const auto text = letters("some text");
  Ask asks[] = {{{1, 0}, text, 256, 2}, {{1, 1}, text, 256, 2}};
  d.draft->propose(asks, kCheap, kNever);
  EXPECT_THAT(asks[0].guesses, SizeIs(2));
  EXPECT_THAT(asks[1].guesses, IsEmpty());
}

TEST(ModelDraft, ItsOwnContextMayBeShorter) {
  Drafting d(64, 16);
  EXPECT_THAT(d.guesses(letters(std::string(60, 'q')), 4), SizeIs(4));
  EXPECT_THAT(d.guesses(letters(std::string(63, 'q')), 4), IsEmpty());
  EXPECT_THAT(d.guesses(letters(std::string(64, 'q')), 4, 2), IsEmpty());
  EXPECT_THAT(d.guesses(letters(std::string(100, 'q')), 4, 3), IsEmpty());
}

TEST(ModelDraft, IsNotAskedWhenItCostsMoreThanItBrings) {
  Drafting d;
  const auto text = letters("some text");
  Ask ask{{1, 0}, text, 100, 5};
  d.draft->propose({&ask, 1}, {.row = 0.3, .step_ms = d.backend->step_ms(1), .allowance = 100},
                   kNever);
  EXPECT_EQ(d.backend->steps, 0);
}

TEST(ModelDraft, AnAbandonedStepEndsWithinALayer) {
  Drafting d;
  const auto text = letters("some text");
  Ask ask{{1, 0}, text, 100, 5};
  d.draft->propose({&ask, 1}, kCheap, [&] { return d.backend->layers_run > 0; });
  EXPECT_EQ(d.backend->layers_run, 1);
  EXPECT_THAT(ask.guesses, IsEmpty());
  EXPECT_EQ(d.guesses(text), greedy(text, 3)) << "and nothing is spoilt";
}

TEST(ModelDraft, ABrokenBackendOnlyEndsTheGuesses) {
  Drafting d;
  d.backend->broken = true;
  EXPECT_THAT(d.guesses(letters("some text")), IsEmpty());
}

}  // namespace
}  // namespace ashlar::engine
