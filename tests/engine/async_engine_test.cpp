// The engine on its own thread: callers on many, and slow ones that delay nobody else.
#include "engine/async_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "engine/mailbox.h"
#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::FakeBackend;
using test::prompt;
using test::Rig;

class AsyncEngineTest : public testing::Test {
 protected:
  std::unique_ptr<AsyncEngine> open(EngineOptions options = {}) {
    auto backend = std::make_unique<FakeBackend>(512, 64);
    backend_ = backend.get();
    return std::make_unique<AsyncEngine>(
        *Engine::create(std::move(backend), test::tiny_tokenizer(), pool_, options));
  }
  static std::shared_ptr<Mailbox> submit(AsyncEngine& engine, Request request,
                                         Mailbox::Wants wants = Mailbox::Wants::everything) {
    auto box = std::make_shared<Mailbox>(wants);
    request.listener = Mailbox::listener_to(box);
    engine.between_steps([&](Engine& idle) { idle.submit(std::move(request)).value(); });
    return box;
  }
  static Output end_of(Mailbox& box) {
    while (const auto event = box.take())
      if (event->choices) return event->choices->outputs.front();
    throw std::runtime_error("the mailbox closed");
  }

  base::ThreadPool pool_{2};
  FakeBackend* backend_ = nullptr;
};

TEST_F(AsyncEngineTest, AnswersCallersOfManyThreadsAsAnEngineAlone) {
  const auto engine = open({.max_sequences = 4});
  std::vector<std::jthread> callers;
  for (std::uint64_t caller = 0; caller < 8; ++caller)
    callers.emplace_back([&, caller] {
      for (std::uint64_t i = 0; i < 20; ++i) {
        const Request request = prompt(std::string(1 + caller * 9, 'q'), caller * 100 + i);
        expect_same(end_of(*submit(*engine, request)), *Rig().only(request).output);
      }
    });
}

// The slow one reads its first token and then nothing until the other has its whole answer.
TEST_F(AsyncEngineTest, AReaderThatSleepsDelaysNobodyElse) {
  const auto engine = open();
  Request request = prompt("abc", 1, 300);
  request.sampling.logit_bias = {{test::kTinyEos, -100}};
  std::latch asleep(1), other_done(1);
  std::vector<TokenId> slow_ids;
  std::jthread slow([&, box = submit(*engine, request)] {
    while (const auto event = box->take()) {
      if (event->kind != Event::Kind::token) continue;
      slow_ids.push_back(event->id);
      if (slow_ids.size() > 1) continue;
      asleep.count_down();
      other_done.wait();
    }
  });
  asleep.wait();
  const auto box = submit(*engine, prompt("xyz", 2));
  expect_same(end_of(*box), *Rig().only(prompt("xyz", 2)).output);
  other_done.count_down();
  slow.join();
  EXPECT_EQ(slow_ids, Rig().only(request).ids) << "nothing of its answer is lost";
}

TEST_F(AsyncEngineTest, ReadsNothingButTheEndWhereNoMoreIsWanted) {
  const auto engine = open();
  const auto box = submit(*engine, prompt("abc"), Mailbox::Wants::the_end);
  EXPECT_EQ(box->take()->kind, Event::Kind::finished);
  EXPECT_FALSE(box->take());
}

TEST_F(AsyncEngineTest, WhatIsSubmittedTogetherBeginsTogether) {
  const auto engine = open();
  std::vector<std::shared_ptr<Mailbox>> boxes;
  engine->between_steps([&](Engine& idle) {
    for (int i = 0; i < 5; ++i) {
      Request request = prompt("abc", 1, 1);
      request.listener = Mailbox::listener_to(boxes.emplace_back(std::make_shared<Mailbox>()));
      idle.submit(std::move(request)).value();
    }
  });
  for (const auto& box : boxes) end_of(*box);
  engine->between_steps([&](Engine&) { EXPECT_EQ(backend_->steps, 1); });
}

TEST_F(AsyncEngineTest, CancelReachesAStepThatRuns) {
  const auto engine = open();
  std::atomic<RequestId> id = 0;
  backend_->layers = 1000;
  std::latch in_step(1), go_on(1);
  backend_->after_layer = [&](int layer) {
    if (layer == 10) in_step.count_down(), go_on.wait();
  };
  const auto box = std::make_shared<Mailbox>();
  Request request = prompt("abc");
  request.listener = Mailbox::listener_to(box);
  engine->between_steps([&](Engine& idle) { id = idle.submit(std::move(request)).value(); });
  in_step.wait();
  engine->cancel(id);
  go_on.count_down();
  EXPECT_EQ(end_of(*box).finish_reason, FinishReason::cancelled);
  engine->between_steps([&](Engine&) { EXPECT_EQ(backend_->layers_run, 11); });
}

TEST_F(AsyncEngineTest, ClosingItClosesTheMailboxes) {
  auto engine = open();
  Request endless = prompt("abc", 1, 500);
  endless.sampling.logit_bias = {{test::kTinyEos, -100}};
  backend_->during_step = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  const auto box = submit(*engine, endless);
  engine.reset();
  while (box->take()) {
  }
}

}  // namespace
}  // namespace ashlar::engine
