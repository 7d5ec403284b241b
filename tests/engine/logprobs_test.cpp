#include "engine/logprobs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ashlar::engine {
namespace {

TEST(Logprobs, AreTheLogSoftmax) {
  const std::vector<float> logits = {0, 1, 2};
  const double total = std::log(1 + std::exp(1.0) + std::exp(2.0));
  const TokenLogprob result = logprob_of(logits, 1, 0);
  EXPECT_EQ(result.id, 1u);
  EXPECT_NEAR(result.logprob, 1 - total, 1e-6);
  EXPECT_TRUE(result.top.empty());
}

TEST(Logprobs, TopIsBestFirstTiesByLowerId) {
  const TokenLogprob result = logprob_of(std::vector<float>{1, 3, 0, 3, 2}, 0, 4);
  ASSERT_EQ(result.top.size(), 4u);
  const std::vector<TokenId> expected = {1, 3, 4, 0};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(result.top[i].first, expected[i]);
  EXPECT_EQ(result.top[3].second, result.logprob);
}

TEST(Logprobs, AmongManyEqualsTheLowestIdsComeInOrder) {
  const TokenLogprob result = logprob_of(std::vector<float>(1000, 2.f), 0, 50);
  for (TokenId id = 0; id < 50; ++id) EXPECT_EQ(result.top[id].first, id);
}

TEST(Logprobs, AllOfTheVocabularySumsToOne) {
  double sum = 0;
  for (const auto& [id, logprob] : logprob_of(std::vector<float>{5, -3, 0.5f, 2}, 0, 4).top)
    sum += std::exp(logprob);
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST(Argmax, TiesGoToTheLowerId) {
  EXPECT_EQ(argmax(std::vector<float>{1, 4, 4}), 1u);
}

// The scan goes by stretches and lanes: every place must count, the odd ones at the end too.
TEST(Argmax, FindsTheHighestWhereverItStands) {
  for (const std::size_t size : {1u, 15u, 16u, 17u, 1023u, 1024u, 1041u, 2500u}) {
    std::vector<float> logits(size, -2.f);
    for (std::size_t at = 0; at < size; ++at) {
      logits[at] = -1;
      EXPECT_EQ(argmax(logits), at) << "of " << size;
      logits[at] = -2;
    }
  }
}

TEST(CheckFinite, LooksAtEveryLogit) {
  std::vector<float> logits(1041, 3e38f);
  for (std::size_t at = 0; at < logits.size(); ++at) {
    logits[at] = std::numeric_limits<float>::infinity();
    EXPECT_FALSE(check_finite(logits)) << at;
    logits[at] = 3e38f;
  }
  EXPECT_TRUE(check_finite(logits));
}

TEST(CheckFinite, NamesTheFirstBadToken) {
  EXPECT_TRUE(check_finite(std::vector<float>{1, -3e38f}));
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    const Status status = check_finite(std::vector<float>{0, bad, 0});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::corrupt);
    EXPECT_NE(status.error().message.find("token 1"), std::string::npos);
  }
}

}  // namespace
}  // namespace ashlar::engine
