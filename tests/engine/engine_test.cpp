#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/logprobs.h"
#include "engine/sampler.h"
#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::FakeBackend;
using test::letter;
using test::letters;
using test::prompt;
using test::Rig;
using test::say;
using testing::HasSubstr;

// The reference: no batch, no blocks, no chunks.
std::vector<TokenId> expected_ids(const Request& request) {
  std::vector<TokenId> tokens = request.prompt, ids;
  Sampler sampler(request.sampling, request.prompt);
  while (ids.size() < request.sampling.max_tokens) {
    ids.push_back(sampler.sample(FakeBackend::logits_after(tokens), tokens.size()));
    sampler.commit(ids.back());
    tokens.push_back(ids.back());
    if (ids.back() == test::kTinyEos) break;
  }
  return ids;
}

TEST(Engine, SaysWhatTheModelAndTheSamplerSay) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Request request = prompt("hello world", seed);
    request.sampling.frequency_penalty = 0.3;
    const auto expected = expected_ids(request);
    Rig rig;
    const auto result = rig.only(request);
    EXPECT_EQ(result.output->ids, expected);
    EXPECT_EQ(result.ids, expected);
    EXPECT_EQ(result.streamed, result.output->text);
    EXPECT_EQ(result.output->prompt_tokens, 11u);
  }
}

TEST(Engine, WhatOneGetsDoesNotDependOnTheOthersOrOnChunks) {
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 40; ++i) {
    requests.push_back(
        prompt(std::string(1 + i * 7 % 150, static_cast<char>('a' + i % 26)), i, 30));
    requests.back().sampling.logprobs = 2;
  }
  std::vector<Output> alone;
  for (const Request& request : requests) alone.push_back(*Rig().only(request).output);
  for (const auto& [sequences, chunk, blocks] :
       {std::tuple{16u, 256u, 64u}, {3u, 1u, 64u}, {7u, 13u, 12u}, {40u, 1000u, 200u}}) {
    Rig rig({.max_sequences = sequences, .chunk = chunk}, 512, blocks);
    std::vector<RequestId> ids;
    for (const Request& request : requests) ids.push_back(rig.submit(request));
    rig.run();
    for (std::size_t i = 0; i < requests.size(); ++i) {
      test::expect_same(*rig.results[ids[i]].output, alone[i]);
    }
    EXPECT_EQ(rig.engine->load().free_blocks, blocks);
  }
}

TEST(Engine, EndTokensAreCountedButNotSpoken) {
  Rig rig;
  say(rig, 1, {letter('x'), letter('y'), test::kTinyEos});
  Request request = prompt("a");
  request.sampling.logprobs = 0;
  const Output output = *rig.only(request).output;
  EXPECT_EQ(output.finish_reason, FinishReason::stop);
  EXPECT_EQ(output.text, "xy");
  EXPECT_EQ(output.ids.size(), 3u);
  EXPECT_EQ(output.logprobs.size(), 3u);
}

TEST(Engine, StopIdsEndTheAnswerLikeEndTokens) {
  Rig rig;
  say(rig, 1, {letter('x'), letter('y')});
  Request request = prompt("a");
  request.sampling.stop_ids = {letter('y')};
  const Output output = *rig.only(request).output;
  EXPECT_EQ(output.finish_reason, FinishReason::stop);
  EXPECT_EQ(output.text, "x");
  EXPECT_EQ(output.ids, (std::vector<TokenId>{letter('x'), letter('y')}));
}

TEST(Engine, StopStringsMaySpanTokensAndAreNeverStreamed) {
  Rig rig;
  say(rig, 1, letters("hello world"));
  Request request = prompt("a");
  request.sampling.stop = {"o w"};
  const auto result = rig.only(request);
  EXPECT_EQ(result.output->finish_reason, FinishReason::stop);
  EXPECT_EQ(result.output->stop_string, "o w");
  EXPECT_EQ(result.output->text, "hell");
  EXPECT_EQ(result.streamed, "hell");
  EXPECT_EQ(result.output->ids.size(), 7u) << "the token that completed it included";
}

TEST(Engine, TextHeldForAStopStringComesWhenTheAnswerEnds) {
  Rig rig;
  say(rig, 1, letters("hello"));
  Request request = prompt("a", 1, 5);
  request.sampling.stop = {"lower"};
  const auto result = rig.only(request);
  EXPECT_EQ(result.output->finish_reason, FinishReason::length);
  EXPECT_EQ(result.output->stop_string, std::nullopt);
  EXPECT_EQ(result.output->text, "hello");
  EXPECT_EQ(result.streamed, "hello");
}

TEST(Engine, HalfACharacterIsHeldUntilItIsWhole) {
  Rig rig;
  say(rig, 1, {test::kTinyHalf1, test::kTinyHalf2, test::kTinyHalf1});
  const auto result = rig.only(prompt("a", 1, 3));
  EXPECT_EQ(result.output->text, "é\uFFFD");
  EXPECT_EQ(result.streamed, "é\uFFFD");
}

TEST(Engine, HalfACharacterAtTheEndMayCompleteAStopString) {
  Rig rig;
  say(rig, 1, {letter('x'), test::kTinyHalf1});
  Request request = prompt("a", 1, 2);
  request.sampling.stop = {"x\uFFFD"};
  const Output output = *rig.only(request).output;
  EXPECT_EQ(output.text, "");
  EXPECT_EQ(output.finish_reason, FinishReason::stop);
}

TEST(Engine, EndsAtMaxTokens) {
  Rig rig;
  say(rig, 1, letters("abcdefgh"));
  const Output output = *rig.only(prompt("a", 1, 3)).output;
  EXPECT_EQ(output.finish_reason, FinishReason::length);
  EXPECT_EQ(output.text, "abc");
}

TEST(Engine, EndsWhenTheContextIsFull) {
  Rig rig({}, 8);
  say(rig, 5, letters("abcdefgh"));
  const Output output = *rig.only(prompt("hello", 1, 100)).output;
  EXPECT_EQ(output.finish_reason, FinishReason::length);
  EXPECT_EQ(output.ids.size(), 3u);
}

TEST(Engine, MaxTokensZeroComputesThePromptAndSaysNothing) {
  Rig rig({.chunk = 4}, 8);
  const auto result = rig.only(prompt("abcdefgh", 1, 0));
  EXPECT_EQ(result.output->finish_reason, FinishReason::length);
  EXPECT_TRUE(result.output->ids.empty());
  EXPECT_EQ(result.prefilled, (std::vector<std::uint32_t>{4, 8}));
}

TEST(Engine, ReportsThePromptsProgress) {
  Rig rig({.chunk = 4});
  EXPECT_EQ(rig.only(prompt("abcdefghij", 1, 2)).prefilled, (std::vector<std::uint32_t>{4, 8, 10}));
}

TEST(Engine, LogprobsAreTheModelsOwn) {
  Rig rig;
  Request request = prompt("hello");
  request.sampling.temperature = 0.1;
  request.sampling.logit_bias = {{letter('q'), 100.0}};
  request.sampling.max_tokens = 1;
  request.sampling.logprobs = 3;
  const Output output = *rig.only(request).output;
  ASSERT_EQ(output.ids, std::vector<TokenId>{letter('q')});
  EXPECT_EQ(output.logprobs[0],
            logprob_of(FakeBackend::logits_after(request.prompt), letter('q'), 3));
}

TEST(Engine, WithoutAskingThereAreNoLogprobs) {
  Rig rig;
  EXPECT_TRUE(rig.only(prompt("a")).output->logprobs.empty());
}

TEST(Engine, ScoresEveryTokenAsTheModelWouldSayIt) {
  const auto tokens = letters(std::string(100, 'x') + "hello world" + std::string(90, 'y'));
  for (const std::uint32_t chunk : {1u, 7u, 256u}) {
    Rig rig({.chunk = chunk}, 512);
    rig.backend->tamper = [](const auto& prefix, auto& logits) {
      if (prefix.size() % 2) logits[letter('y')] = 50;  // every other y is greedy
    };
    Request request;
    request.prompt = tokens;
    request.score = true;
    request.score_from = 90;
    const Output output = *rig.only(request).output;
    EXPECT_EQ(output.finish_reason, FinishReason::stop);
    ASSERT_EQ(output.ids.size(), tokens.size() - 90);
    for (std::size_t i = 0; i < output.ids.size(); ++i) {
      const std::vector<TokenId> before(tokens.begin(), tokens.begin() + 90 + long(i));
      auto logits = FakeBackend::logits_after(before);
      rig.backend->tamper(before, logits);
      EXPECT_EQ(output.ids[i], tokens[90 + i]);
      EXPECT_EQ(output.logprobs[i], logprob_of(logits, tokens[90 + i], 0));
      EXPECT_EQ(output.greedy[i], argmax(logits) == tokens[90 + i]);
    }
  }
}

TEST(Engine, AScoreMayBeOneTokenLongerThanTheContext) {
  Rig rig({}, 8);
  Request request;
  request.score = true;
  request.prompt = letters("abcdefghi");
  EXPECT_EQ(rig.only(request).output->ids.size(), 8u);
  request.prompt = letters("abcdefghij");
  EXPECT_EQ(rig.engine->submit(request).error().message,
            "prompt has 10 tokens, the context holds 8");
}

TEST(Engine, RefusesWhatItCannotDo) {
  Rig rig({}, 8);
  const auto refused = [&](Request request) {
    const auto id = rig.engine->submit(std::move(request));
    return id ? "accepted" : id.error().line();
  };
  EXPECT_THAT(refused(prompt("")), HasSubstr("no tokens"));
  EXPECT_THAT(refused(prompt("abcdefghij")),
              HasSubstr("prompt has 10 tokens, the context holds 8"));
  EXPECT_THAT(refused(prompt("abcdefgh")), HasSubstr("no room for an answer"));
  Request request = prompt("a");
  request.prompt = {test::kTinyVocabulary};
  EXPECT_THAT(refused(request), HasSubstr("token id 32"));
  request = prompt("a");
  request.sampling.temperature = -1;
  EXPECT_THAT(refused(request), HasSubstr("temperature"));
  request = prompt("ab");
  request.score = true;
  request.score_from = 2;
  EXPECT_THAT(refused(request), HasSubstr("no token to score"));
  request.score_from = 0;
  EXPECT_THAT(refused(request), HasSubstr("no token to score"));
  EXPECT_FALSE(rig.engine->step());
}

TEST(Engine, RefusesOptionsThatLetNothingRun) {
  base::ThreadPool pool(1);
  for (const EngineOptions& options : {EngineOptions{.max_sequences = 0}, {.chunk = 0}})
    EXPECT_FALSE(
        Engine::create(std::make_unique<FakeBackend>(8, 8), test::tiny_tokenizer(), pool, options));
}

TEST(Engine, BadLogitsFailTheirOwnRequestOnly) {
  Rig rig;
  rig.backend->tamper = [](const auto& tokens, auto& logits) {
    if (tokens[0] == letter('b')) logits[3] = std::numeric_limits<float>::quiet_NaN();
  };
  const RequestId good = rig.submit(prompt("a")), bad = rig.submit(prompt("b"));
  rig.run();
  EXPECT_TRUE(rig.results[good].output);
  ASSERT_TRUE(rig.results[bad].error);
  EXPECT_EQ(rig.results[bad].error->kind, ErrorKind::corrupt);
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(Engine, AFailedStepFailsItsBatchAndTheEngineGoesOn) {
  Rig rig({.max_sequences = 1});
  const RequestId first = rig.submit(prompt("a")), second = rig.submit(prompt("b"));
  rig.backend->broken = true;
  EXPECT_TRUE(rig.engine->step());
  rig.backend->broken = false;
  rig.run();
  EXPECT_EQ(rig.results[first].error->message, "the backend is broken");
  EXPECT_TRUE(rig.results[second].output);
}

}  // namespace
}  // namespace ashlar::engine
