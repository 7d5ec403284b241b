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
  EXPECT_LE(ulps(exp_f64(709.7825), std::exp(709.7825)), 2.0);
  EXPECT_EQ(exp_f64(709.79), INFINITY);
  EXPECT_EQ(exp_f64(-745.1), 5e-324);
  EXPECT_EQ(exp_f64(-745.2), 0.0);
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

// Against long double, where the reference adds no error of its own: near 0 for exp and near 1 for
// log the answers are small differences, and a lost digit shows.
double ulps_of_long(double ours, long double reference) {
  const auto near = static_cast<double>(std::abs(reference));
  const double step = std::nextafter(near, INFINITY) - near;
  return static_cast<double>(std::abs(ours - reference) / step);
}

TEST(MathSweep, ExpFromTinyToTheEdges) {
  for (int power = -60; power <= 9; ++power)
    for (std::uint64_t i = 0; i < 200; ++i)
      for (const double sign : {1.0, -1.0}) {
        const double x = sign * std::ldexp(random_in(0.5, 1, i), power);
        ASSERT_LE(ulps_of_long(exp_f64(x), std::exp(static_cast<long double>(x))), 1.5) << x;
      }
  EXPECT_NEAR(exp_f64(1) / 2.718281828459045235, 1, 3e-16);
  for (const double x : {-708.5, -720.25, -744.0})  // subnormal: their last place is 2^-1074
    EXPECT_NEAR(exp_f64(x) / 0x1p-1074, static_cast<double>(std::exp((long double)x) / 0x1p-1074L),
                std::max(1.0, exp_f64(x) / 0x1p-1074 * 4e-16));
}

TEST(MathSweep, LogNearOneAndOverAllExponents) {
  for (int power = -52; power <= -1; ++power)
    for (const double sign : {1.0, -1.0}) {
      const double x = 1 + sign * std::ldexp(random_in(0.5, 1, power + 60), power);
      if (x == 1) continue;
      ASSERT_LE(ulps_of_long(log_f64(x), std::log(static_cast<long double>(x))), 1.5) << x - 1;
    }
  for (int power = -1074; power <= 1023; ++power) {
    const double x = std::ldexp(1.4375, power);
    ASSERT_LE(ulps_of_long(log_f64(x), std::log(static_cast<long double>(x))), 1.5) << power;
  }
}

// Angles of one radian a token at any place of a long context, and the edges of the quadrants.
TEST(MathSweep, SinAndCosOfWholeRadiansAndQuarterTurns) {
  for (int i = -20000; i <= 20000; ++i)
    for (const double x : {i * 25.0, i * 1.5707963267948966}) {
      ASSERT_NEAR(sin_f64(x), static_cast<double>(std::sin((long double)x)), 2e-16) << x;
      ASSERT_NEAR(cos_f64(x), static_cast<double>(std::cos((long double)x)), 2e-16) << x;
    }
}

// What sampling uses: at every temperature the weights are those of the softmax, to f32's rounding.
TEST(MathSweep, ExpScaledIsASoftmax) {
  for (const float temperature : {0.1f, 0.7f, 1.0f, 5.0f}) {
    std::vector<float> logits(1000), weights(1000);
    for (std::size_t i = 0; i < logits.size(); ++i)
      logits[i] = static_cast<float>(random_in(-8, 8, i));
    logits[500] = 8;
    exp_scaled(logits, 8, 1 / temperature, weights);
    EXPECT_EQ(weights[500], 1.0f);
    long double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const float distance = (logits[i] - 8) * (1 / temperature);  // as f32 holds it
      if (distance < -87) continue;
      const long double expected = std::exp(static_cast<long double>(distance));
      const auto near = static_cast<float>(expected);
      ASSERT_LE(std::abs(weights[i] - expected), 2 * (std::nextafter(near, 9.0f) - near)) << i;
      sum += expected;
    }
    std::vector<float> scaled(logits);
    for (float& v : scaled) v = (v - 8) * (1 / temperature);
    EXPECT_NEAR(log_sum_exp(scaled), static_cast<double>(std::log(sum)), 3e-7);
  }
}

}  // namespace
}  // namespace ashlar::kernels
