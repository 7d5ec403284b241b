#include "bench/logits/divergence.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace ashlar::bench {
namespace {

TEST(Argmax, TakesTheLowerIndexOnTies) {
  EXPECT_EQ(argmax(std::array{1.0f, 3.0f, 3.0f, 2.0f}), 1u);
}

TEST(LogSumExp, SurvivesLogitsWhoseExponentialOverflows) {
  EXPECT_NEAR(log_sum_exp(std::array{1000.0f, 1000.0f}), 1000 + std::log(2.0), 1e-12);
}

TEST(LogProbability, OfTwoToOneOdds) {
  const std::array logits{std::log(2.0f), 0.0f};
  EXPECT_NEAR(log_probability(logits, 0), std::log(2.0 / 3.0), 1e-7);
  EXPECT_NEAR(log_probability(logits, 1), std::log(1.0 / 3.0), 1e-7);
}

TEST(Divergence, MatchesTheDefinitionOnThreeOutcomes) {
  const std::array p{0.5f, 0.25f, 0.25f}, q{0.25f, 0.25f, 0.5f};
  std::array<float, 3> p_logits, q_logits;
  for (int i = 0; i < 3; ++i) p_logits[i] = std::log(p[i]), q_logits[i] = std::log(q[i]);
  // sum of p log(p/q) = 0.5 log 2 + 0.25 log(1/2)
  EXPECT_NEAR(Reference(p_logits).divergence(q_logits), 0.25 * std::log(2.0), 1e-7);
}

TEST(Divergence, IgnoresAConstantAddedToAllLogits) {
  const std::array reference{0.5f, -1.0f, 2.0f};
  const std::array shifted{8.5f, 7.0f, 10.0f};
  EXPECT_NEAR(Reference(reference).divergence(shifted), 0, 1e-12);
}

TEST(Divergence, IsMeasuredFromTheReference) {
  const std::array certain{10.0f, 0.0f}, even{0.0f, 0.0f};
  EXPECT_NEAR(Reference(certain).divergence(even), std::log(2.0), 1e-3);
  EXPECT_GT(Reference(even).divergence(certain), 4);
}

TEST(Compare, SumsOverRowsAndCountsEqualTops) {
  const std::vector<float> reference{1, 0, /**/ 0, 1};
  const std::vector<float> same = reference, flipped{0, 1, /**/ 0, 1};
  const std::array<std::span<const float>, 2> candidates{same, flipped};
  base::ThreadPool pool(2);
  const auto sums = compare(reference, candidates, 2, pool);
  EXPECT_NEAR(sums[0].divergence, 0, 1e-12);
  EXPECT_EQ(sums[0].same_top1, 2u);
  const double p = std::exp(1.0) / (1 + std::exp(1.0));
  EXPECT_NEAR(sums[1].divergence, 2 * p - 1, 1e-7);
  EXPECT_EQ(sums[1].same_top1, 1u);
}

}  // namespace
}  // namespace ashlar::bench
