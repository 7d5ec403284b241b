// What streams and prompts do to each other, in the fake model's own time: rows, and 16 for a step.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::prompt;
using test::Rig;

Request stream(std::uint32_t tokens) {
  Request request = prompt("abc", 1, tokens);
  request.sampling.logit_bias = {{test::kTinyEos, -100}};
  return request;
}

// Steps the engine, and adds up its time.
struct Clock {
  explicit Clock(Rig& of) : rig(of) {}

  void step() {
    rig.engine->step();
    now += rig.backend->forward_ms();
  }
  double until_first_token(RequestId id) {
    while (rig.results[id].ids.empty()) step();
    return now;
  }

  Rig& rig;
  double now = 0;
};

EngineOptions options() {
  return {.max_sequences = 16, .chunk = 256};
}

TEST(EngineFairness, AStreamNeverStallsBehindALongPromptNorThePromptBehindIt) {
  constexpr std::uint32_t kPrompt = 4096;
  Rig rig(options(), 8192, 400);
  const RequestId quiet = rig.submit(stream(2000));
  Clock clock(rig);
  clock.until_first_token(quiet);
  std::vector<double> gaps;
  const auto gap = [&] {
    const std::size_t said = rig.results[quiet].ids.size();
    const double before = clock.now;
    clock.step();
    EXPECT_EQ(rig.results[quiet].ids.size(), said + 1) << "a token every step";
    return clock.now - before;
  };
  for (int i = 0; i < 20; ++i) gaps.push_back(gap());
  const double alone = gaps.back();
  const double submitted = clock.now;
  const RequestId reader = rig.submit(prompt(std::string(kPrompt, 'q'), 1, 1));
  gaps.clear();
  while (rig.results[reader].ids.empty()) gaps.push_back(gap());
  EXPECT_LE(*std::ranges::max_element(gaps), 3 * alone);

  Rig other(options(), 8192, 400);
  Clock undisturbed(other);
  const double prompt_alone =
      undisturbed.until_first_token(other.submit(prompt(std::string(kPrompt, 'q'), 1, 1)));
  EXPECT_LE(clock.now - submitted, 3 * prompt_alone);
}

TEST(EngineFairness, AShortPromptGetsOnBehindALongOne) {
  Rig rig(options(), 8192, 400);
  Clock clock(rig);
  const RequestId long_one = rig.submit(prompt(std::string(4096, 'q'), 1, 1));
  clock.step();
  const double submitted = clock.now;
  const RequestId short_one = rig.submit(prompt(std::string(64, 'x'), 1, 1));
  EXPECT_LE(clock.until_first_token(short_one) - submitted, 2 * (256 + 17));
  EXPECT_TRUE(rig.results[long_one].ids.empty());
}

// Prompts that would take long share what there is: each is done within a bound that depends on how
// many they are, not on their order.
TEST(EngineFairness, OfManyPromptsNoneWaitsForAll) {
  constexpr int kPrompts = 10;
  Rig rig(options(), 2048, 500);
  Clock clock(rig);
  std::vector<RequestId> ids;
  for (int i = 0; i < kPrompts; ++i)
    ids.push_back(rig.submit(prompt(std::string(1000, static_cast<char>('a' + i)), 1, 1)));
  clock.step();
  for (int i = 0; i < kPrompts; ++i) clock.step();
  for (const RequestId id : ids) EXPECT_FALSE(rig.results[id].prefilled.empty()) << id;
}

// A flood of sooner ones can't keep a late one out for ever, nor, once it is in, make it wait for
// all of them.
TEST(EngineFairness, WhatComesLateInOrderIsAnsweredInAFlood) {
  for (const std::uint32_t blocks : {64u, 8u}) {
    Rig rig({.max_sequences = 4, .chunk = 64}, 512, blocks);
    Request late = prompt(std::string(150, 'z'), 1, 60);
    late.priority = 1'000'000;
    late.sampling.logit_bias = {{test::kTinyEos, -100}};
    const RequestId id = rig.submit(late);
    int steps = 0;
    for (; !rig.results[id].output && steps < 3000; ++steps) {
      while (rig.engine->load().waiting < 5)
        rig.submit(prompt(std::string(100, static_cast<char>('a' + steps % 20)), steps, 40));
      rig.engine->step();
    }
    EXPECT_LT(steps, 1000) << blocks;
  }
}

TEST(EngineFairness, SoonerOnesAreAnsweredSooner) {
  Rig rig({.max_sequences = 2, .chunk = 64}, 512, 64);
  std::vector<RequestId> late, soon;
  for (int i = 0; i < 20; ++i) {
    Request request = prompt("hello", i, 10);
    request.priority = 1;
    late.push_back(rig.submit(request));
    request.priority = 0;
    soon.push_back(rig.submit(request));
  }
  const auto answered = [&](const std::vector<RequestId>& ids) {
    return std::ranges::count_if(ids,
                                 [&](RequestId id) { return rig.results[id].output.has_value(); });
  };
  while (answered(soon) < 20) rig.engine->step();
  EXPECT_LE(answered(late), 20 / 3 + 2) << "one turn in four goes to the oldest";
}

}  // namespace
}  // namespace ashlar::engine
