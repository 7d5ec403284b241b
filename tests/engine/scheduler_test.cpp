#include "engine/scheduler.h"

#include <gtest/gtest.h>

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
  static void run(const Batch& batch) {
    for (const Slot& slot : batch) {
      std::vector<Picked> picked(slot.logit_rows());
      for (Picked& p : picked) p.token.id = 2;
      slot.sequence->commit(slot.rows, std::move(picked));
    }
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
    run(batch);
  }
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{100, 100, 50}));
}

TEST_F(SchedulerTest, DecodingComesFirstThenPromptsInOrderShareTheChunk) {
  Scheduler scheduler({100, true}, 4, 100);
  Sequence* a = add(scheduler, 10);
  run(scheduler.schedule());
  Sequence* b = add(scheduler, 60);
  Sequence* c = add(scheduler, 60);
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 3u);
  EXPECT_EQ(batch[0].sequence, a);
  EXPECT_EQ(batch[0].rows, 1u);
  EXPECT_EQ(batch[1].sequence, b);
  EXPECT_EQ(batch[1].rows, 60u);
  EXPECT_EQ(batch[2].sequence, c);
  EXPECT_EQ(batch[2].rows, 40u) << "decoding doesn't count against the chunk";
}

TEST_F(SchedulerTest, NoMoreRunThanAllowed) {
  Scheduler scheduler({100, true}, 2, 1000);
  for (int i = 0; i < 3; ++i) add(scheduler, 10);
  EXPECT_EQ(scheduler.schedule().size(), 2u);
  EXPECT_EQ(scheduler.waiting(), 1u);
}

TEST_F(SchedulerTest, AdmissionReservesAllBlocksThatAreEverNeeded) {
  Scheduler scheduler({4, true}, 8, 1000);
  Sequence* a = add(scheduler, 64, 65);  // 129 positions: 3 blocks
  Sequence* b = add(scheduler, 64, 64);  // 2 blocks
  Sequence* c = add(scheduler, 1, 1);    // 1 block, but it must not overtake
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

TEST_F(SchedulerTest, AnAnswerNeverNeedsMoreThanTheContext) {
  Scheduler scheduler({100, true}, 8, 1000);
  Sequence* a = add(scheduler, 10, 4'000'000'000);
  scheduler.schedule();
  EXPECT_EQ(a->blocks.size(), (kContext + 63) / 64);
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
    run(batch);
    scheduler.retire();
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
  run(scheduler.schedule());
  scheduler.retire();
  Sequence* second = add(scheduler, 150);
  const Batch batch = scheduler.schedule();
  ASSERT_EQ(batch.size(), 2u) << "the first one still runs";
  EXPECT_EQ(second->computed(), 128u) << "two whole blocks";
  EXPECT_EQ(batch[1].rows, 22u);
  EXPECT_EQ(second->blocks[1], first->blocks[1]);
  EXPECT_NE(second->blocks[2], first->blocks[2]) << "each writes its own";
}

TEST_F(SchedulerTest, TheTokenWhoseLogitsAreWantedIsAlwaysComputed) {
  Scheduler scheduler({100, true}, 4, 1000);
  for (const std::uint32_t cached : {0u, 64u}) {
    Sequence* sequence = add(scheduler, 128, 1);
    const Batch batch = scheduler.schedule();
    EXPECT_EQ(sequence->computed(), cached);
    EXPECT_EQ(batch[0].logits, LogitsWanted::last);
    run(batch);
    scheduler.retire();
  }
}

TEST_F(SchedulerTest, AScoreReusesOnlyWhatComesBeforeItsFirstRow) {
  Scheduler scheduler({100, true}, 4, 1000);
  add(scheduler, 300, 1);
  run(scheduler.schedule());
  scheduler.retire();
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
    run(batch);
    scheduler.retire();
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
  EXPECT_EQ(scheduler.find(1), a);
  EXPECT_EQ(scheduler.find(2), b);
  EXPECT_EQ(scheduler.find(3), nullptr);
}

}  // namespace
}  // namespace ashlar::engine
