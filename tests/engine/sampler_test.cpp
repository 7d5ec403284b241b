#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"

namespace ashlar::engine {
namespace {

using Logits = std::vector<float>;

SamplingParams greedy() {
  SamplingParams params;
  params.temperature = 0;
  return params;
}

// How often each id comes in many draws at different positions.
std::map<TokenId, double> frequencies(const Sampler& sampler, const Logits& logits) {
  constexpr int kDraws = 20000;
  std::map<TokenId, double> out;
  for (int i = 0; i < kDraws; ++i) out[sampler.sample(logits, i)] += 1.0 / kDraws;
  return out;
}

TEST(Sampler, GreedyTakesTheHighestTiesByLowerId) {
  EXPECT_EQ(Sampler(greedy(), {}).sample(Logits{1, 5, 5, 2}, 0), 1u);
}

TEST(Sampler, NoFilterChangesGreedy) {
  SamplingParams params = greedy();
  params.typical_p = 0.1;  // would leave out the likeliest
  params.top_k = 3;
  EXPECT_EQ(Sampler(params, {}).sample(Logits{3, 1, 1, 1, 1}, 0), 0u);
}

grammar::TokenMask only(std::initializer_list<TokenId> ids) {
  grammar::TokenMask mask{.bits = {0}};
  for (const TokenId id : ids) mask.allow(id);
  return mask;
}

TEST(Sampler, AMaskLeavesItsTokensAlone) {
  const auto mask = only({0, 3});
  EXPECT_EQ(Sampler(greedy(), {}).sample(Logits{1, 5, 5, 2}, 0, &mask), 3u);
  SamplingParams params;
  params.temperature = 2;
  params.logit_bias = {{1, 100}};
  std::map<TokenId, int> drawn;
  for (int i = 0; i < 1000; ++i) ++drawn[Sampler(params, {}).sample(Logits{1, 5, 5, 2}, i, &mask)];
  EXPECT_EQ(drawn.size(), 2u);
  EXPECT_GT(drawn[3], drawn[0]);
}

TEST(Sampler, AMaskHoldsWhateverTheScores) {
  constexpr float kHuge = 3e38f;
  const auto mask = only({0});
  SamplingParams params;
  params.logit_bias = {{0, -1e39}};  // as low as what is masked
  EXPECT_EQ(Sampler(params, {}).sample(Logits{-kHuge, kHuge}, 1, &mask), 0u);
  params.temperature = 0;
  EXPECT_EQ(Sampler(params, {}).sample(Logits{-kHuge, kHuge}, 1, &mask), 0u);
}

TEST(Sampler, DrawsFollowTheSoftmax) {
  SamplingParams params;
  params.seed = 5;
  const auto f = frequencies(Sampler(params, {}), {std::log(1.f), std::log(3.f), std::log(6.f)});
  EXPECT_NEAR(f.at(0), 0.1, 0.01);
  EXPECT_NEAR(f.at(1), 0.3, 0.015);
  EXPECT_NEAR(f.at(2), 0.6, 0.015);
}

TEST(Sampler, TemperatureSharpens) {
  SamplingParams params;
  params.temperature = 0.5;  // probabilities go with the square
  const auto f = frequencies(Sampler(params, {}), {std::log(1.f), std::log(3.f)});
  EXPECT_NEAR(f.at(1), 0.9, 0.01);
}

TEST(Sampler, EachFilterIsApplied) {
  const Logits logits = {std::log(0.5f), std::log(0.3f), std::log(0.15f), std::log(0.05f)};
  const auto kept = [&](auto&& change) {
    SamplingParams params;
    change(params);
    return frequencies(Sampler(params, {}), logits).size();
  };
  EXPECT_EQ(kept([](auto&) {}), 4u);
  EXPECT_EQ(kept([](auto& p) { p.top_k = 3; }), 3u);
  EXPECT_EQ(kept([](auto& p) { p.top_p = 0.75; }), 2u);
  EXPECT_EQ(kept([](auto& p) { p.min_p = 0.5; }), 2u);
  EXPECT_EQ(kept([](auto& p) { p.typical_p = 0.2; }), 1u);
}

// After top_k 2 the probabilities are 5/8 and 3/8, so top_p 0.6 leaves one; over all four it would
// take two.
TEST(Sampler, LaterFiltersSeeWhatEarlierOnesLeft) {
  SamplingParams params;
  params.top_k = 2;
  params.top_p = 0.6;
  const Logits logits = {std::log(0.5f), std::log(0.3f), std::log(0.15f), std::log(0.05f)};
  EXPECT_EQ(frequencies(Sampler(params, {}), logits).size(), 1u);
}

TEST(Sampler, RepetitionPenaltyDividesPositiveAndMultipliesNegativeOfPromptAndOutput) {
  SamplingParams params = greedy();
  params.repetition_penalty = 2;
  const std::vector<TokenId> prompt = {0};
  Sampler sampler(params, prompt);
  EXPECT_EQ(sampler.sample(Logits{4, 2.1f, 0}, 1), 1u) << "4 / 2 < 2.1";
  sampler.commit(1);
  EXPECT_EQ(sampler.sample(Logits{4, 2.1f, 0}, 2), 0u) << "2.1 / 2 < 4 / 2";
  EXPECT_EQ(sampler.sample(Logits{-1, -1.1f, -1.9f}, 2), 2u) << "-1 × 2 < -1.9";
}

TEST(Sampler, PresencePenaltyCountsOutputOnceAndNotThePrompt) {
  SamplingParams params = greedy();
  params.presence_penalty = 1;
  const std::vector<TokenId> prompt = {0};
  Sampler sampler(params, prompt);
  EXPECT_EQ(sampler.sample(Logits{2, 1.5f}, 1), 0u);
  sampler.commit(0);
  EXPECT_EQ(sampler.sample(Logits{2, 1.5f}, 2), 1u);
  sampler.commit(0);
  EXPECT_EQ(sampler.sample(Logits{2, 0.9f}, 3), 0u) << "twice said costs no more";
}

TEST(Sampler, FrequencyPenaltyGrowsWithEveryUse) {
  SamplingParams params = greedy();
  params.frequency_penalty = 1;
  Sampler sampler(params, {});
  sampler.commit(0);
  EXPECT_EQ(sampler.sample(Logits{2, 0.5f}, 1), 0u);
  sampler.commit(0);
  EXPECT_EQ(sampler.sample(Logits{2, 0.5f}, 2), 1u);
}

TEST(Sampler, LogitBiasIsAdded) {
  SamplingParams params = greedy();
  params.logit_bias = {{2, 1.5}, {1, -100.0}};
  EXPECT_EQ(Sampler(params, {}).sample(Logits{1, 9, 0}, 0), 2u);
}

// Small whole numbers, so that ties abound; the definition: add every bias, take the first highest.
TEST(Sampler, GreedyWithBiasIsTheArgmaxOfTheSums) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto noise = [seed](std::uint64_t i, double most) {
      return static_cast<int>(base::uniform(seed, 0, i) * most);
    };
    Logits logits(12);
    for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = static_cast<float>(noise(i, 5));
    SamplingParams params = greedy();
    Logits sums = logits;
    for (TokenId id = 0; id < logits.size(); id += 1 + static_cast<TokenId>(noise(100 + id, 6))) {
      params.logit_bias.emplace_back(id, noise(200 + id, 7) - 3);
      sums[id] += static_cast<float>(params.logit_bias.back().second);
    }
    const auto expected = std::max_element(sums.begin(), sums.end()) - sums.begin();
    EXPECT_EQ(Sampler(params, {}).sample(logits, 0), expected) << seed;
  }
}

TEST(Sampler, HugeLogitsStayFiniteUnderPenalties) {
  SamplingParams params;
  params.repetition_penalty = 0.01;
  const std::vector<TokenId> prompt = {1};
  EXPECT_EQ(Sampler(params, prompt).sample(Logits{0, 3e38f, 1, 3e38f}, 0), 1u);
}

TEST(Sampler, ADrawIsKeyedBySeedChoiceAndPosition) {
  const Logits flat(1000, 0.f);
  SamplingParams params;
  params.seed = 7;
  const Sampler first(params, {});
  EXPECT_EQ(first.sample(flat, 3), Sampler(params, {}).sample(flat, 3));
  EXPECT_NE(first.sample(flat, 3), first.sample(flat, 4));
  SamplingParams other = params;
  other.seed = 8;
  EXPECT_NE(first.sample(flat, 3), Sampler(other, {}).sample(flat, 3));
  other = params;
  other.choice = 1;
  EXPECT_NE(first.sample(flat, 3), Sampler(other, {}).sample(flat, 3));
}

TEST(Sampler, ADrawDoesNotDependOnWhatWasDrawnBefore) {
  const Logits flat(1000, 0.f);
  Sampler sampler(SamplingParams{}, {});
  const TokenId alone = sampler.sample(flat, 9);
  for (int i = 0; i < 5; ++i) sampler.commit(sampler.sample(flat, i));
  EXPECT_EQ(sampler.sample(flat, 9), alone);
}

}  // namespace
}  // namespace ashlar::engine
