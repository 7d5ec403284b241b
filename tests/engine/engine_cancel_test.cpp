// Cancelling, wherever the request is and whoever asks.
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "engine/engine.h"
#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::letters;
using test::prompt;
using test::Rig;
using test::say;

TEST(EngineCancel, InTheQueueInThePromptAndInTheAnswer) {
  Rig rig({.max_sequences = 2, .chunk = 4});
  say(rig, 2, letters("hello"));
  const RequestId answering = rig.submit(prompt("ab"));
  const RequestId reading = rig.submit(prompt("abcdefghijklmnop"));
  const RequestId queued = rig.submit(prompt("ab"));
  rig.engine->step();
  rig.engine->step();
  for (const RequestId id : {answering, reading, queued}) rig.engine->cancel(id);
  EXPECT_FALSE(rig.engine->step());
  EXPECT_EQ(rig.backend->steps, 2) << "nothing is computed for them any more";
  for (const RequestId id : {answering, reading, queued})
    EXPECT_EQ(rig.results[id].output->finish_reason, FinishReason::cancelled);
  EXPECT_EQ(rig.results[answering].output->text, "he");
  EXPECT_EQ(rig.results[answering].output->ids.size(), 2u);
  EXPECT_TRUE(rig.results[reading].output->ids.empty());
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(EngineCancel, WithinAStepAddsNothingMore) {
  Rig rig;
  const RequestId id = rig.submit(prompt("a"));
  rig.engine->step();
  rig.backend->during_step = [&] { rig.engine->cancel(id); };
  EXPECT_FALSE(rig.engine->step());
  EXPECT_EQ(rig.results[id].output->ids.size(), 1u);
  EXPECT_EQ(rig.results[id].output->finish_reason, FinishReason::cancelled);
}

TEST(EngineCancel, EndsAStepBetweenLayersWhenNobodyElseIsInIt) {
  Rig rig({.chunk = 8});
  rig.backend->layers = 30;
  const RequestId reading = rig.submit(prompt(std::string(100, 'a')));
  rig.backend->after_layer = [&](int layer) {
    if (layer == 4) rig.engine->cancel(reading);
  };
  EXPECT_FALSE(rig.engine->step());
  EXPECT_EQ(rig.backend->layers_run, 5);
  EXPECT_EQ(rig.results[reading].output->finish_reason, FinishReason::cancelled);
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(EngineCancel, IsAnsweredWithinALayerWhileTheOthersGoOn) {
  for (const bool in_queue : {false, true}) {
    Rig rig({.max_sequences = in_queue ? 1u : 4u});
    const RequestId other = rig.submit(prompt("ab")), cancelled = rig.submit(prompt("cd"));
    rig.engine->step();
    bool answered = false;
    rig.backend->after_layer = [&](int layer) {
      if (layer == 0) rig.engine->cancel(cancelled);
      answered |= layer == 1 && rig.results[cancelled].output.has_value();
    };
    rig.engine->step();
    EXPECT_TRUE(answered) << "before the step's end";
    rig.backend->after_layer = {};
    rig.run();
    EXPECT_EQ(rig.results[other].output->ids, Rig().only(prompt("ab")).ids);
  }
}

TEST(EngineCancel, WhileGuessesAreCheckedKeepsNoneOfThem) {
  Rig rig({.speculation = Speculation::ngram});
  rig.backend->tamper = [](const auto& tokens, auto& logits) {
    logits[test::letter('a') + tokens.size() % 5] = 1000;
  };
  const RequestId id = rig.submit(prompt("q", 1, 200));
  while (rig.backend->rows < 4) rig.engine->step();
  const auto said = rig.results[id].ids.size();
  rig.backend->after_layer = [&](int) { rig.engine->cancel(id); };
  EXPECT_FALSE(rig.engine->step());
  EXPECT_EQ(rig.results[id].output->ids.size(), said);
}

TEST(EngineCancel, GivesTheTextThatWasHeldBack) {
  Rig rig;
  say(rig, 1, letters("hello"));
  Request request = prompt("a");
  request.sampling.stop = {"help"};
  const RequestId id = rig.submit(request);
  for (int i = 0; i < 3; ++i) rig.engine->step();
  rig.engine->cancel(id);
  rig.engine->step();
  EXPECT_EQ(rig.results[id].streamed, "hel");
}

TEST(EngineCancel, MayComeFromTheListener) {
  Rig rig;
  Request request = prompt("a");
  int tokens = 0;
  std::optional<FinishReason> reason;
  request.listener = [&](const Event& e) {
    if (e.kind == Event::Kind::token && ++tokens == 3) rig.engine->cancel(e.request);
    if (e.output) reason = e.output->finish_reason;
  };
  ASSERT_TRUE(rig.engine->submit(request));
  rig.run();
  EXPECT_EQ(tokens, 3);
  EXPECT_EQ(reason, FinishReason::cancelled);
}

TEST(EngineCancel, OfTheUnknownAndTheFinishedIsIgnored) {
  Rig rig;
  const RequestId id = rig.submit(prompt("a"));
  rig.run();
  rig.engine->cancel(id);
  rig.engine->cancel(12345);
  EXPECT_FALSE(rig.engine->step());
  EXPECT_TRUE(rig.only(prompt("b")).output);
}

TEST(EngineCancel, FromOtherThreadsLosesNothing) {
  Rig rig({.max_sequences = 4}, 512, 20);
  constexpr RequestId kRequests = 300;
  for (RequestId i = 0; i < kRequests; ++i) rig.submit(prompt("abc", i, 30));
  std::jthread canceller([&](std::stop_token stop) {
    for (RequestId id = 1; !stop.stop_requested(); id = id % kRequests + 1) {
      if (id % 3 == 0) rig.engine->cancel(id);
      std::this_thread::yield();
    }
  });
  rig.run();
  canceller = {};
  for (RequestId id = 1; id <= kRequests; ++id) {
    ASSERT_TRUE(rig.results[id].output);
    const bool cancelled = rig.results[id].output->finish_reason == FinishReason::cancelled;
    EXPECT_TRUE(id % 3 == 0 || !cancelled) << id;
  }
  EXPECT_EQ(rig.engine->load().free_blocks, 20u);
}

}  // namespace
}  // namespace ashlar::engine
