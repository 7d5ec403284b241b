// Our elementary functions against libm's, in units of the last place. libm is only the judge here.
#include "kernels/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"

namespace ashlar::kernels {
namespace {

double ulps(double ours, double reference) {
  const double step = std::nextafter(std::abs(reference), INFINITY) - std::abs(reference);
  return std::abs(ours - reference) / step;
}

double random_in(double low, double high, std::uint64_t i) {
  return low + (high - low) * base::uniform(1, 2, i);
}

TEST(Math, ExpIsWithinTwoUlps) {
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double x = random_in(-700, 700, i);
    ASSERT_LE(ulps(exp_f64(x), std::exp(x)), 2.0) << x;
  }
  EXPECT_EQ(exp_f64(0), 1.0);
  EXPECT_EQ(exp_f64(-1000), 0.0);
  EXPECT_EQ(exp_f64(1000), INFINITY);
  EXPECT_GT(exp_f64(-740), 0.0);  // subnormal
  EXPECT_TRUE(std::isnan(exp_f64(NAN)));
}

TEST(Math, LogIsWithinTwoUlps) {
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double x = std::exp(random_in(-600, 600, i));
    ASSERT_LE(ulps(log_f64(x), std::log(x)), 2.0) << x;
  }
  EXPECT_EQ(log_f64(1), 0.0);
  EXPECT_EQ(log_f64(0), -INFINITY);
  EXPECT_TRUE(std::isnan(log_f64(-1)));
  EXPECT_NEAR(log_f64(5e-324), std::log(5e-324), 1e-12);
}

TEST(Math, SinAndCosHoldOverALongContext) {
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double x = random_in(-200000, 200000, i);
    ASSERT_NEAR(sin_f64(x), std::sin(x), 1e-15) << x;
    ASSERT_NEAR(cos_f64(x), std::cos(x), 1e-15) << x;
  }
}

TEST(Math, PowOfTheRopeBase) {
  for (int i = 0; i < 64; ++i)
    EXPECT_NEAR(pow_f64(100000, -i / 64.0) / std::pow(100000, -i / 64.0), 1, 1e-14);
}

TEST(Math, LogSumExpOfAVocabulary) {
  for (const std::size_t size : {1ul, 15ul, 16ul, 1025ul, 49152ul}) {
    std::vector<float> logits(size);
    double reference = 0;
    for (std::size_t i = 0; i < size; ++i) {
      logits[i] = static_cast<float>(random_in(-30, 20, i));
      reference += std::exp(static_cast<double>(logits[i]));
    }
    EXPECT_NEAR(log_sum_exp(logits), std::log(reference), 3e-7) << size;
  }
}

TEST(Math, LogSumExpKeepsNanAndInfinityVisible) {
  EXPECT_TRUE(std::isnan(log_sum_exp(std::vector<float>{1, NAN, 2})));
  EXPECT_EQ(log_sum_exp(std::vector<float>{1, INFINITY}), INFINITY);
  EXPECT_EQ(log_sum_exp(std::vector<float>{-INFINITY, 0}), 0.0);
}

TEST(Math, ExpScaledIsExpOfTheScaledDistance) {
  const std::vector<float> logits = {3, 2, 1, -80, -1000};
  std::vector<float> weights(logits.size());
  exp_scaled(logits, 3, 0.5f, weights);
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double expected = std::exp((logits[i] - 3.0) * 0.5);
    EXPECT_NEAR(weights[i], expected < 1.6e-38 ? 0 : expected, 2e-7 * expected + 1e-38) << i;
  }
}

}  // namespace
}  // namespace ashlar::kernels
