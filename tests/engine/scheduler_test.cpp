#include "engine/scheduler.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::engine {
namespace {

using model::LogitsWanted;

class SchedulerTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kContext = 1000;

  Sequence* add(Scheduler& scheduler, std::size_t prompt, std::uint32_t max_tokens = 10) {
    Request request;
    request.prompt.assign(prompt, 1);
    request.sampling.max_tokens = max_tokens;
    return add(scheduler, std::move(request));
  }
  Sequence* add(Scheduler& scheduler, Request request) {
    auto sequence =
        std::make_unique<Sequence>(next_id_++, std::move(request), *tokenizer_, kContext);
    Sequence* raw = sequence.get();
    scheduler.enqueue(std::move(sequence));
    return raw;
  }
  // As if the model had run: every slot that ends in a token gets the token 2.
  static void run(Scheduler& scheduler, const Batch& batch) {
    scheduler.learn(batch, 10);
    for (const Slot& slot : batch) {
      std::vector<Picked> picked(slot.logit_rows());
      for (Picked& p : picked) p.token.id = 2;
      scheduler.adopt(*slot.sequence, slot.sequence->commit(slot.rows, std::move(picked)));
    }
    scheduler.retire();
  }
  static Batch step(Scheduler& scheduler) {
    Batch batch = scheduler.schedule();
    run(scheduler, batch);
    return batch;
  }

  std::shared_ptr<const tokenizer::Tokenizer> tokenizer_ = test::tiny_tokenizer();
  RequestId next_id_ = 1;
};

TEST_F(SchedulerTest, WithoutRequestsThereIsNothingToDo) {
  EXPECT_TRUE(Scheduler({10, true}, 4, 100).schedule().empty());
}

TEST_F(SchedulerTest, APromptIsCutByTheChunkAndOnlyItsEndWantsLogits) {
  Scheduler scheduler({100, true}, 4, 100);
  add(scheduler, 250);
  std::vector<std::uint32_t> rows;
  for (int step = 0; step < 3; ++step) {
    const Batch batch = scheduler.schedule();
    ASSERT_EQ(batch.size(), 1u);
    rows.push_back(batch[0].rows);
    EXPECT_EQ(batch[0].logits, step == 2 ? LogitsWanted::last : LogitsWanted::none);
    run(scheduler, batch);
  }
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{100, 100, 50}));
}

TEST_F(SchedulerTest, DecodingComesFirstThenPromptsInOrderShareTheRows) {
  Scheduler scheduler({100, true}, 4, 100);
  Sequence* a = add(scheduler, 10);
  step(scheduler);
  Sequence* b = add(scheduler, 400);
  Sequence* c = add(scheduler, 60);
  EXPECT_EQ(step(scheduler).size(), 1u) << "what decoding costs alone is measured first";
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch[0].sequence, a);
  EXPECT_EQ(batch[0].rows, 1u);
  EXPECT_EQ(batch[1].sequence, b);
  EXPECT_EQ(batch[1].rows, 2 * Pace::kUnknown) << "two read, one decodes";
  EXPECT_EQ(c->computed(), 0u);
}

TEST_F(SchedulerTest, ShortPromptsThatComeTogetherAreReadSideBySide) {
  Scheduler scheduler({100, false}, 4, 100);
  const std::vector<Sequence*> prompts = {add(scheduler, 60), add(scheduler, 20),
                                          add(scheduler, 60), add(scheduler, 60)};
  step(scheduler);
  std::vector<std::uint32_t> computed;
  for (const Sequence* prompt : prompts) computed.push_back(prompt->computed());
  // What one leaves of its share goes to the next.
  EXPECT_EQ(computed, (std::vector<std::uint32_t>{25, 20, 30, 25}));
}

TEST_F(SchedulerTest, AStreamUnderWayDoesntWaitForShortPrompts) {
  Scheduler scheduler({100, false}, 4, 100);
  Sequence* stream = add(scheduler, 10);
  while (stream->answered() <= Scheduler::kBurst) step(scheduler);
  const std::vector<Sequence*> prompts = {add(scheduler, 120), add(scheduler, 120)};
  step(scheduler);
  EXPECT_LT(prompts[0]->computed() + prompts[1]->computed(), 100u);
}

TEST_F(SchedulerTest, WhoHasOnlyBegunWaitsForShortPrompts) {
  Scheduler scheduler({100, false}, 4, 100);
  Sequence* decodes = add(scheduler, 10);
  step(scheduler);
  ASSERT_TRUE(decodes->decoding());
  const std::vector<Sequence*> prompts = {add(scheduler, 120), add(scheduler, 120)};
  step(scheduler);
  EXPECT_EQ(decodes->computed(), 11u);
  EXPECT_EQ(prompts[0]->computed(), 50u);
  EXPECT_EQ(prompts[1]->computed(), 50u);
}

TEST_F(SchedulerTest, LongPromptsAreReadOneAfterTheOther) {
  Scheduler scheduler({100, false}, 4, 100);
  add(scheduler, 300);
  add(scheduler, 101);
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].rows, 100u);
}

TEST_F(SchedulerTest, AQuarterGoesToThePromptThatHasGoneWithoutForLongest) {
  Scheduler scheduler({100, false}, 4, 100);
  Sequence* longest = add(scheduler, 900);
  Sequence* second = add(scheduler, 80);
  Sequence* third = add(scheduler, 80);
  std::vector<std::vector<std::uint32_t>> computed;
  for (int i = 0; i < 4; ++i) {
    step(scheduler);
    computed.push_back({longest->computed(), second->computed(), third->computed()});
  }
  EXPECT_EQ(computed,
            (decltype(computed){{100, 0, 0}, {175, 25, 0}, {250, 25, 25}, {325, 50, 25}}));
}

TEST_F(SchedulerTest, PriorityGoesBeforeAge) {
  Scheduler scheduler({100, true}, 1, 1000);
  const auto of_priority = [&](std::int32_t priority) {
    Request request;
    request.prompt = {1};
    request.priority = priority;
    request.sampling.max_tokens = 1;
    return add(scheduler, std::move(request))->id();
  };
  const RequestId late = of_priority(5), normal = of_priority(0), soon = of_priority(-1);
  std::vector<RequestId> order;
  while (scheduler.waiting() > 0) {
    const Batch batch = scheduler.schedule();
    order.push_back(batch[0].sequence->id());
    run(scheduler, batch);
  }
  EXPECT_EQ(order, (std::vector<RequestId>{soon, normal, late}));
}

// However many come in before it, one in kTurns admissions goes to the oldest.
TEST_F(SchedulerTest, NothingStarves) {
  Scheduler scheduler({100, true}, 1, 1000);
  Request patient;
  patient.prompt = {1};
  patient.priority = std::numeric_limits<std::int32_t>::max();
  patient.sampling.max_tokens = 1;
  const RequestId id = add(scheduler, std::move(patient))->id();
  for (std::uint32_t i = 1; i < Scheduler::kTurns; ++i) {
    for (int j = 0; j < 3; ++j) add(scheduler, 1, 1);
    const Batch batch = scheduler.schedule();
    EXPECT_NE(batch[0].sequence->id(), id);
    run(scheduler, batch);
  }
  EXPECT_EQ(scheduler.schedule()[0].sequence->id(), id);
}

TEST_F(SchedulerTest, NoMoreRunThanAllowed) {
  Scheduler scheduler({100, true}, 2, 1000);
  for (int i = 0; i < 3; ++i) add(scheduler, 10);
  EXPECT_EQ(scheduler.schedule().size(), 2u);
  EXPECT_EQ(scheduler.waiting(), 1u);
}

TEST_F(SchedulerTest, AdmissionTakesTheBlocksOfThePromptAndNobodyOvertakes) {
  Scheduler scheduler({4, true}, 8, 1000);
  Sequence* a = add(scheduler, 128, 100);  // 3 blocks with its first token, 4 at its end
  Sequence* b = add(scheduler, 64, 64);    // 2 blocks
  Sequence* c = add(scheduler, 1, 1);      // 1 block, but it must not overtake
  EXPECT_EQ(scheduler.schedule().size(), 1u);
  EXPECT_EQ(a->blocks.size(), 3u);
  EXPECT_EQ(scheduler.waiting(), 2u);
  a->finish(FinishReason::stop);
  scheduler.retire();
  EXPECT_EQ(scheduler.pool().available(), 4u);
  EXPECT_EQ(scheduler.schedule().size(), 2u);
  EXPECT_EQ(b->blocks.size(), 2u);
  EXPECT_EQ(c->blocks.size(), 1u);
}

TEST_F(SchedulerTest, EachThatRunsHasASpareBlockWhenAnotherComes) {
  Scheduler scheduler({3, true}, 8, 1000);
  add(scheduler, 10), add(scheduler, 10), add(scheduler, 10);
  EXPECT_EQ(scheduler.schedule().size(), 2u) << "the third would leave no spare block for two";
}

TEST_F(SchedulerTest, AnAnswerTakesBlocksAsItGrows) {
  Scheduler scheduler({100, true}, 8, 1000);
  Sequence* a = add(scheduler, 60, 4'000'000'000);
  for (int i = 0; i < 5; ++i) step(scheduler);
  EXPECT_EQ(a->blocks.size(), 1u);
  step(scheduler);
  EXPECT_EQ(a->blocks.size(), 2u);
}

TEST_F(SchedulerTest, TheLastInOrderIsPreemptedAndComputedAnew) {
  Scheduler scheduler({3, true}, 8, 1000);
  Sequence* first = add(scheduler, 60, 100);
  Sequence* second = add(scheduler, 62, 100);
  for (int i = 0; i < 4; ++i) step(scheduler);
  EXPECT_EQ(second->blocks.size(), 2u) << "it took the last block";
  EXPECT_EQ(step(scheduler).size(), 2u);
  const Batch batch = step(scheduler);
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].sequence, first);
  EXPECT_EQ(scheduler.preemptions(), 1u);
  EXPECT_EQ(scheduler.waiting(), 1u);
  const auto said = second->tokens().size();
  first->finish(FinishReason::stop);
  scheduler.retire();
  const Batch again = scheduler.schedule();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(second->tokens().size(), said);
  EXPECT_EQ(again[0].rows, said - 64) << "the whole block was still in the tree";
  EXPECT_EQ(again[0].logits, LogitsWanted::last);
}

TEST_F(SchedulerTest, ChoicesShareBlocksUntilTheyWrite) {
  Scheduler scheduler({100, true}, 8, 1000);
  Request request;
  request.prompt.assign(100, 1);
  request.sampling.n = 3;
  const Sequence* first = add(scheduler, std::move(request));
  Batch batch = scheduler.schedule();
  scheduler.adopt(*first, batch[0].sequence->commit(100, std::vector<Picked>(3, {{2, 0, {}}})));
  scheduler.retire();
  EXPECT_EQ(scheduler.running(), 3u);
  EXPECT_EQ(scheduler.pool().available(), 98u);
  batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 3u);
  const auto copies = scheduler.take_copies();
  ASSERT_EQ(copies.size(), 2u) << "the last one needs no copy";
  EXPECT_EQ(copies[0].from, copies[1].from);
  EXPECT_EQ(batch[2].sequence->blocks[1], copies[0].from);
  EXPECT_EQ(scheduler.pool().available(), 96u);
  EXPECT_EQ(scheduler.take_copies(), std::vector<BlockCopy>{});
}

TEST_F(SchedulerTest, AScoreWantsLogitsOnlyWhereItMustAndFewAtATime) {
  Scheduler scheduler({100, true}, 4, 100);
  Request request;
  request.prompt.assign(200, 1);
  request.score = true;
  request.score_from = 51;  // rows 50 … 198 want logits; the last token is not fed
  add(scheduler, std::move(request));
  std::vector<std::pair<std::uint32_t, LogitsWanted>> slots;
  for (Batch batch; !(batch = scheduler.schedule()).empty();) {
    ASSERT_EQ(batch.size(), 1u);
    slots.emplace_back(batch[0].rows, batch[0].logits);
    run(scheduler, batch);
  }
  using enum LogitsWanted;
  EXPECT_EQ(slots, (decltype(slots){{50, none}, {64, all}, {64, all}, {21, all}}));
}

TEST_F(SchedulerTest, ScoresShareTheRowsWithLogits) {
  Scheduler scheduler({100, true}, 4, 1000);
  for (int i = 0; i < 2; ++i) {
    Request request;
    request.prompt.assign(51, 1);
    request.score = true;
    add(scheduler, std::move(request));
  }
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch[0].logit_rows() + batch[1].logit_rows(), Scheduler::kScoreRows);
}

TEST_F(SchedulerTest, APromptStartsBehindWhatAnEarlierOneFilled) {
  Scheduler scheduler({100, true}, 4, 1000);
  Sequence* first = add(scheduler, 200);
  step(scheduler);
  const Sequence* second = add(scheduler, 150);
  scheduler.schedule();
  EXPECT_EQ(scheduler.running(), 2u) << "the first one still runs";
  EXPECT_EQ(second->computed(), 128u) << "two whole blocks";
  EXPECT_EQ(second->blocks[1], first->blocks[1]);
  EXPECT_NE(second->blocks[2], first->blocks[2]) << "each writes its own";
}

TEST_F(SchedulerTest, TwinsThatComeTogetherReadWhatTheyShareOnce) {
  Scheduler scheduler({100, true}, 4, 100);
  const Sequence* first = add(scheduler, 300);
  Request other;
  other.prompt.assign(300, 1);
  other.prompt[200] = 3;  // alike for three blocks
  const Sequence* second = add(scheduler, std::move(other));
  Batch batch = step(scheduler);
  ASSERT_EQ(batch.size(), 1u) << "the second waits for what the first reads";
  EXPECT_EQ(batch[0].sequence, first);
  std::uint32_t rows = batch[0].rows;
  while (!first->decoding() || !second->decoding())
    for (const Slot& slot : step(scheduler))
      if (slot.logits != LogitsWanted::all) rows += slot.rows;
  EXPECT_EQ(rows, 300u + (300 - 192));
  EXPECT_EQ(second->blocks[2], first->blocks[2]);
  EXPECT_NE(second->blocks[3], first->blocks[3]);
}

TEST_F(SchedulerTest, NobodyWaitsForAReaderWhoIsGone) {
  Scheduler scheduler({100, true}, 4, 100);
  Sequence* first = add(scheduler, 300);
  const Sequence* second = add(scheduler, 300);
  step(scheduler);
  first->finish(FinishReason::cancelled);
  scheduler.retire();
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].sequence, second);
  EXPECT_EQ(second->computed(), 64u);
}

TEST_F(SchedulerTest, TheTokenWhoseLogitsAreWantedIsAlwaysComputed) {
  Scheduler scheduler({100, true}, 4, 1000);
  for (const std::uint32_t cached : {0u, 64u}) {
    Sequence* sequence = add(scheduler, 128, 1);
    const Batch batch = scheduler.schedule();
    EXPECT_EQ(sequence->computed(), cached);
    EXPECT_EQ(batch[0].logits, LogitsWanted::last);
    run(scheduler, batch);
  }
}

TEST_F(SchedulerTest, AScoreReusesOnlyWhatComesBeforeItsFirstRow) {
  Scheduler scheduler({100, true}, 4, 1000);
  add(scheduler, 300, 1);
  step(scheduler);
  Request request;
  request.prompt.assign(300, 1);
  request.score = true;
  request.score_from = 129;  // rows from 128 on
  const Sequence* score = add(scheduler, std::move(request));
  scheduler.schedule();
  EXPECT_EQ(score->computed(), 128u);
}

TEST_F(SchedulerTest, WithoutThePrefixCacheNothingIsReused) {
  Scheduler scheduler({100, false}, 4, 1000);
  for (int i = 0; i < 2; ++i) {
    const Sequence* sequence = add(scheduler, 200, 1);
    const Batch batch = scheduler.schedule();
    EXPECT_EQ(sequence->computed(), 0u);
    run(scheduler, batch);
  }
}

TEST_F(SchedulerTest, RetireDropsWhatIsDoneAlsoInTheQueue) {
  Scheduler scheduler({100, true}, 1, 1000);
  add(scheduler, 10);
  Sequence* waiting = add(scheduler, 10);
  scheduler.schedule();
  waiting->finish(FinishReason::cancelled);
  scheduler.retire();
  EXPECT_EQ(scheduler.waiting(), 0u);
  EXPECT_EQ(scheduler.running(), 1u);
}

TEST_F(SchedulerTest, FindLooksInTheBatchAndInTheQueue) {
  Scheduler scheduler({100, true}, 1, 1000);
  Sequence* a = add(scheduler, 10);
  Sequence* b = add(scheduler, 10);
  scheduler.schedule();
  EXPECT_EQ(scheduler.find(1), std::vector{a});
  EXPECT_EQ(scheduler.find(2), std::vector{b});
  EXPECT_TRUE(scheduler.find(3).empty());
}

}  // namespace
}  // namespace ashlar::engine
