// The prefix cache as a request sees it: fewer rows to compute, the same answer.
#include <gtest/gtest.h>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::prompt;
using test::Rig;

Request with_logprobs(std::string_view text, std::uint64_t seed = 1) {
  Request request = prompt(text, seed);
  request.sampling.logprobs = 2;
  return request;
}

TEST(EnginePrefix, TheSecondTimeOnlyTheLastBlockIsComputed) {
  Rig rig;
  const std::string text(200, 'q');
  const Output cold = *rig.only(with_logprobs(text)).output;
  std::size_t most_rows = 0;
  rig.backend->during_step = [&] { most_rows = std::max(most_rows, rig.backend->rows); };
  const auto again = rig.only(with_logprobs(text));
  EXPECT_EQ(cold.cached_tokens, 0u);
  EXPECT_EQ(again.output->cached_tokens, 192u);
  EXPECT_EQ(again.prefilled, (std::vector<std::uint32_t>{200}));
  EXPECT_EQ(most_rows, 8u);
  expect_same(*again.output, cold);
}

TEST(EnginePrefix, AnAnswerIsReusedToo) {
  Rig rig;
  Request first = prompt(std::string(60, 'q'), 1, 80);
  const Output said = *rig.only(first).output;
  ASSERT_GE(said.ids.size(), 5u) << "a block is filled";
  Request second = first;
  second.prompt.insert(second.prompt.end(), said.ids.begin(), said.ids.end());
  second.prompt.push_back(test::letter('x'));
  const Output hot = *rig.only(second).output;
  EXPECT_EQ(hot.cached_tokens, (60 + said.ids.size() - 1) / 64 * 64);
  expect_same(hot, *Rig().only(second).output);
}

TEST(EnginePrefix, AScoreOverAKeptPromptIsTheSame) {
  Rig rig;
  rig.only(prompt(std::string(150, 'q')));
  Request score = prompt(std::string(180, 'q'));
  score.score = true;
  score.score_from = 140;
  const Output hot = *rig.only(score).output;
  EXPECT_EQ(hot.cached_tokens, 128u);
  expect_same(hot, *Rig({.prefix_cache = false}).only(score).output);
}

TEST(EnginePrefix, SwitchedOffEveryPromptIsRead) {
  Rig rig({.prefix_cache = false});
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(rig.only(prompt(std::string(200, 'q'))).output->cached_tokens, 0u);
  EXPECT_EQ(rig.engine->load().cached_blocks, 0u);
}

TEST(EnginePrefix, APromptCutShortLeavesWhatItFilled) {
  Rig rig({.chunk = 70});
  const std::string text(300, 'q');
  const RequestId id = rig.submit(prompt(text));
  rig.engine->step();
  rig.engine->step();
  rig.engine->cancel(id);
  rig.run();
  EXPECT_EQ(rig.only(prompt(text)).output->cached_tokens, 128u);
}

TEST(EnginePrefix, WhatAFailedStepWroteIsNotKept) {
  Rig rig;
  rig.backend->broken = true;
  rig.only(prompt(std::string(200, 'q')));
  rig.backend->broken = false;
  EXPECT_EQ(rig.only(prompt(std::string(200, 'q'))).output->cached_tokens, 0u);
}

TEST(EnginePrefix, FewBlocksAndManyLikePromptsGiveTheAnswersOfAColdEngine) {
  constexpr std::uint32_t kBlocks = 14;
  Rig rig({.max_sequences = 5, .chunk = 90}, 512, kBlocks);
  std::vector<Request> requests;
  std::vector<RequestId> ids;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const std::string text = std::string(70 * (1 + i % 3), 'a') + std::string(i * 37 % 150, 'b');
    requests.push_back(with_logprobs(text, i % 7));
    ids.push_back(rig.submit(requests.back()));
    if (i % 4 == 0) rig.engine->step();
  }
  rig.run();
  std::uint64_t cached = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Output& hot = *rig.results[ids[i]].output;
    cached += hot.cached_tokens;
    expect_same(hot, *Rig().only(requests[i]).output);
  }
  EXPECT_GT(cached, 2000u);
  EXPECT_EQ(rig.engine->load().free_blocks, kBlocks);
}

}  // namespace
}  // namespace ashlar::engine
