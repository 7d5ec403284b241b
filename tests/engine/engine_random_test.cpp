// A hundred thousand random submits, cancels and steps: choices, scores, shared beginnings,
// speculation, priorities, preemption, bad numbers and broken steps at once, while other threads
// cancel. Nothing leaks, every request ends exactly once, and whoever isn't disturbed says what it
// says alone.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::letter;
using test::prompt;
using test::Rig;

constexpr std::uint32_t kContext = 200;

class RandomTraffic {
 public:
  // One answer in `longs` outgrows a block.
  RandomTraffic(std::uint32_t seed, std::uint32_t longs) : random_(seed), longs_(longs) {}

  std::uint32_t below(std::uint32_t n) { return random_() % n; }

  // Of few beginnings, so that many are shared; whole blocks of them at times.
  Request request() {
    const char first = static_cast<char>('a' + below(3));
    std::string text(1 + (below(3) == 0 ? below(150) : below(30)), first);
    if (below(2) == 0) text += static_cast<char>('d' + below(5));
    Request request = prompt(text, below(4), below(10));
    if (below(longs_) == 0) {
      request.sampling.max_tokens = 70;
      request.sampling.logit_bias = {{test::kTinyEos, -100}};
    }
    if (below(5) == 0) request.sampling.n = 1 + below(4);
    if (below(10) == 0) request.sampling.best_of = request.sampling.n + below(3);
    if (below(8) == 0) request.priority = static_cast<std::int32_t>(below(7)) - 3;
    if (below(3) == 0) request.sampling.logprobs = 1;
    if (below(6) == 0 && request.prompt.size() > 1) {
      request.score = true;
      request.score_from = 1 + below(static_cast<std::uint32_t>(request.prompt.size() - 1));
      request.sampling.n = 1;
      request.sampling.best_of.reset();
    }
    return request;
  }

 private:
  std::mt19937 random_;
  std::uint32_t longs_;
};

// Goes round in a circle at times, so that guesses are right and wrong.
void circle(const test::FakeBackend::Tokens& tokens, std::vector<float>& logits) {
  if (tokens.size() % 13 != 0) logits[letter('a') + tokens.size() % 3] += 4;
}

void expect_idle(const Rig& rig, std::uint32_t blocks) {
  const Load load = rig.engine->load();
  EXPECT_EQ(load.free_blocks, blocks);
  EXPECT_EQ(load.running + load.waiting, 0u);
}

TEST(EngineRandom, AHundredThousandRequestsLeakNothingAndEndOnce) {
  constexpr std::uint32_t kBlocks = 8, kRequests = 100'000;
  RecordProperty("requests", kRequests);
  Rig rig({.max_sequences = 8, .chunk = 64, .speculation = Speculation::ngram}, kContext, kBlocks);
  rig.backend->tamper = [](const auto& tokens, auto& logits) {
    circle(tokens, logits);
    if (test::mix(tokens.size() * 31 + tokens.back()) % 2000 == 0)
      logits[0] = std::numeric_limits<float>::infinity();
  };
  RandomTraffic traffic(1, 10);
  std::vector<std::atomic<int>> ends(kRequests + 1);
  std::atomic<RequestId> last = 0;
  const auto hear = [&](const Event& event) {
    const bool end = event.kind == Event::Kind::finished || event.kind == Event::Kind::failed;
    EXPECT_EQ(ends[event.request], 0) << "an event after the end";
    if (end) ++ends[event.request];
  };
  std::vector<std::jthread> cancellers;
  for (std::uint32_t i = 0; i < 3; ++i)
    cancellers.emplace_back([&, i](std::stop_token stop) {
      RequestId before = 0;  // paced by requests: by time, a slow machine would cancel nearly all
      for (std::uint64_t k = 0; !stop.stop_requested(); ++k) {
        const RequestId newest = last;
        if (newest >= before + 2) {
          rig.engine->cancel(newest - test::mix(k + i) % std::min<RequestId>(newest, 40));
          before = newest;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
  for (std::uint32_t i = 0; i < kRequests; ++i) {
    Request request = traffic.request();
    request.listener = hear;
    last = rig.engine->submit(std::move(request)).value();
    if (traffic.below(6) == 0) rig.engine->cancel(1 + traffic.below(i + 1));
    rig.backend->broken = traffic.below(300) == 0;
    while (rig.engine->load().waiting > 20 || traffic.below(3) == 0) rig.engine->step();
  }
  rig.backend->broken = false;
  rig.run();
  cancellers.clear();
  for (RequestId id = 1; id <= kRequests; ++id) ASSERT_EQ(ends[id], 1) << "request " << id;
  expect_idle(rig, kBlocks);
  EXPECT_GT(rig.engine->load().preemptions, 200u);
  EXPECT_GT(rig.backend->copies, 1000);
}

TEST(EngineRandom, WhoIsNotDisturbedSaysWhatItSaysAlone) {
  constexpr std::uint32_t kBlocks = 7;
  Rig rig({.max_sequences = 6, .chunk = 40, .speculation = Speculation::ngram}, kContext, kBlocks);
  rig.backend->tamper = circle;
  RandomTraffic traffic(2, 3);
  std::vector<Request> requests;
  std::vector<RequestId> ids;
  for (int i = 0; i < 1500; ++i) {
    requests.push_back(traffic.request());
    requests.back().sampling.logprobs = 1;
    ids.push_back(rig.submit(requests.back()));
    while (rig.engine->load().waiting > 10) rig.engine->step();
  }
  rig.run();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Rig alone({}, kContext);
    alone.backend->tamper = circle;
    const auto expected = alone.only(requests[i]);
    const auto& found = rig.results[ids[i]];
    ASSERT_EQ(found.choices->outputs.size(), expected.choices->outputs.size());
    EXPECT_EQ(found.texts, expected.texts);
    for (std::size_t c = 0; c < found.choices->outputs.size(); ++c)
      test::expect_same(found.choices->outputs[c], expected.choices->outputs[c]);
  }
  expect_idle(rig, kBlocks);
  EXPECT_GT(rig.engine->load().preemptions, 50u);
}

}  // namespace
}  // namespace ashlar::engine
