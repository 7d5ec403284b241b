// n and best_of: the prompt is read once, and each choice is what its own request would have said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::prompt;
using test::Rig;
using testing::ElementsAre;

Request choices_of(std::string_view text, std::uint32_t n, std::uint64_t seed = 1) {
  Request request = prompt(text, seed, 40);
  request.sampling.n = n;
  request.sampling.logprobs = 1;
  return request;
}

// The reference: choice i as a request of its own.
Output alone(Request request, std::uint32_t choice) {
  request.sampling.n = 1;
  request.sampling.best_of.reset();
  request.sampling.choice = choice;
  return *Rig().only(request).output;
}

TEST(EngineChoices, EachIsWhatARequestOfItsOwnSays) {
  const Request request = choices_of(std::string(150, 'q'), 5);
  Rig rig;
  const auto result = rig.only(request);
  ASSERT_EQ(result.choices->outputs.size(), 5u);
  std::uint32_t tokens = 0;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const Output& output = result.choices->outputs[i];
    expect_same(output, alone(request, i));
    EXPECT_EQ(result.texts.at(i), output.text) << "streamed";
    EXPECT_EQ(output.prompt_tokens, 150u);
    tokens += static_cast<std::uint32_t>(output.ids.size());
  }
  EXPECT_EQ(result.choices->completion_tokens, tokens);
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(EngineChoices, ThePromptIsReadOnceAndItsLastBlockCopied) {
  Rig rig;
  Request request = choices_of(std::string(150, 'q'), 4);
  request.sampling.max_tokens = 10;
  request.sampling.logit_bias = {{test::kTinyEos, -100}};
  rig.only(request);
  EXPECT_EQ(rig.backend->all_rows, 150u + 4 * 9);
  EXPECT_EQ(rig.backend->copies, 3);
}

TEST(EngineChoices, APromptOfWholeBlocksNeedsNoCopy) {
  Rig rig;
  rig.only(choices_of(std::string(128, 'q'), 4));
  EXPECT_EQ(rig.backend->copies, 0);
}

TEST(EngineChoices, MoreThanMayRunTakeTurnsAndStaySame) {
  const Request request = choices_of(std::string(100, 'q'), 7);
  for (const bool cache : {true, false}) {
    Rig rig({.max_sequences = 2, .prefix_cache = cache}, 512, 9);
    const auto result = rig.only(request);
    for (std::uint32_t i = 0; i < 7; ++i)
      expect_same(result.choices->outputs[i], alone(request, i));
    EXPECT_EQ(rig.engine->load().free_blocks, 9u);
  }
}

TEST(EngineChoices, BestOfGivesTheLikeliestByMeanLogprob) {
  Request request = choices_of("hello", 2);
  request.sampling.best_of = 6;
  request.sampling.max_tokens = 8;
  std::vector<Output> candidates;
  std::uint32_t tokens = 0;
  for (std::uint32_t i = 0; i < 6; ++i) {
    candidates.push_back(alone(request, i));
    tokens += static_cast<std::uint32_t>(candidates[i].ids.size());
  }
  const auto mean = [](const Output& output) {
    double sum = 0;
    for (const auto& token : output.logprobs) sum += token.logprob;
    return sum / static_cast<double>(output.ids.size());
  };
  std::ranges::stable_sort(candidates, std::ranges::greater(), mean);
  Rig rig;
  const auto result = rig.only(request);
  ASSERT_EQ(result.choices->outputs.size(), 2u);
  for (std::uint32_t i = 0; i < 2; ++i) {
    expect_same(result.choices->outputs[i], candidates[i]);
    EXPECT_EQ(result.texts.at(i), candidates[i].text);
  }
  EXPECT_TRUE(result.ids.empty()) << "no token is told of while they compete";
  EXPECT_EQ(result.choices->completion_tokens, tokens);
}

TEST(EngineChoices, BestOfRanksWithoutLogprobsToo) {
  Request request = choices_of("hello", 1);
  request.sampling.best_of = 6;
  const Output with = *Rig().only(request).output;
  request.sampling.logprobs.reset();
  const Output without = *Rig().only(request).output;
  EXPECT_EQ(without.ids, with.ids);
  EXPECT_TRUE(without.logprobs.empty());
}

TEST(EngineChoices, SpeculationChangesNone) {
  const auto circle = [](Rig& rig) {
    rig.backend->tamper = [](const auto& tokens, auto& logits) {
      if (tokens.size() % 11) logits[test::letter('a') + tokens.size() % 4] += 6;
    };
  };
  const Request request = choices_of("abcdabcd", 4);
  Rig plain, guessing({.speculation = Speculation::ngram});
  circle(plain), circle(guessing);
  const auto expected = plain.only(request), found = guessing.only(request);
  for (std::uint32_t i = 0; i < 4; ++i)
    expect_same(found.choices->outputs[i], expected.choices->outputs[i]);
}

TEST(EngineChoices, CancellingEndsAllOfThem) {
  Rig rig({.chunk = 4});
  Request request = choices_of("hello world", 3);
  request.sampling.max_tokens = 400;
  request.sampling.logit_bias = {{test::kTinyEos, -100}};
  const RequestId reading = rig.submit(request), answering = rig.submit(request);
  rig.engine->step();
  rig.engine->cancel(reading);
  for (int i = 0; i < 10; ++i) rig.engine->step();
  rig.engine->cancel(answering);
  EXPECT_FALSE(rig.engine->step());
  for (const RequestId id : {reading, answering})
    for (const Output& output : rig.results[id].choices->outputs) {
      EXPECT_EQ(output.finish_reason, FinishReason::cancelled);
      EXPECT_EQ(output.ids.empty(), id == reading);
    }
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(EngineChoices, OneThatGoesWrongFailsTheRequestOnce) {
  Rig rig;
  int told = 0;
  rig.backend->tamper = [&](const auto& tokens, auto& logits) {
    if (tokens.size() == 8 && ++told == 2) logits[3] = std::numeric_limits<float>::infinity();
  };
  Request request = choices_of("hello", 3);
  request.sampling.logit_bias = {{test::kTinyEos, -100}};
  const auto result = rig.only(request);
  ASSERT_TRUE(result.error);
  EXPECT_FALSE(result.choices);
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
}

TEST(EngineChoices, WithoutAnAnswerAllAreEmpty) {
  Request request = choices_of("hello", 3);
  request.sampling.max_tokens = 0;
  const auto result = Rig().only(request);
  ASSERT_EQ(result.choices->outputs.size(), 3u);
  for (const Output& output : result.choices->outputs)
    EXPECT_EQ(output.finish_reason, FinishReason::length);
}

TEST(EngineChoices, RefusesCountsThatMakeNoSense) {
  Rig rig;
  const auto where = [&](std::uint32_t n, std::optional<std::uint32_t> best_of,
                         bool score = false) {
    Request request = choices_of("hello", n);
    request.sampling.best_of = best_of;
    request.score = score;
    const auto id = rig.engine->submit(std::move(request));
    return id ? "accepted" : id.error().where;
  };
  EXPECT_EQ(where(0, {}), "n");
  EXPECT_EQ(where(129, {}), "n");
  EXPECT_EQ(where(3, 2), "best_of");
  EXPECT_EQ(where(3, 129), "best_of");
  EXPECT_EQ(where(2, {}, true), "n");
  EXPECT_EQ(where(3, 3), "accepted");
}

}  // namespace
}  // namespace ashlar::engine
