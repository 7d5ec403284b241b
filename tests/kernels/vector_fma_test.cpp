// The fused multiply-add by way of f64 against the real one, where two roundings could show.
#include "kernels/vector_fma.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/random.h"

namespace ashlar::kernels {
namespace {

void expect_rounded_once(float a, float b, float c) {
  const F32x4 sums = fma_by_f64(F32x4{1, a, 1, -a}, F32x4{1, b, 1, b}, F32x4{1, c, 1, -c});
  const auto bits = [](float value) { return std::bit_cast<std::uint32_t>(value); };
  EXPECT_EQ(bits(sums[1]), bits(std::fma(a, b, c)))
      << std::hexfloat << a << " × " << b << " + " << c;
  EXPECT_EQ(bits(sums[3]), bits(std::fma(-a, b, -c)));
  EXPECT_EQ(sums[0], 2);
}

// Half a unit in the last place of c, and less than f64 can tell more or less.
TEST(VectorFma, JustBesideTheMiddleOfTwoNumbers) {
  const float more_a = 1 + 0x1p-11f, more_b = 1 - 0x1p-11f + 0x1p-22f;  // 1 + 2^-33
  const float less_a = 1 + 0x1p-20f, less_b = 1 - 0x1p-20f;             // 1 - 2^-40
  for (const float sign : {-1.0f, 1.0f})
    for (const float c : {1.0f, 1 + 0x1p-23f, 1.5f, 2 - 0x1p-23f}) {
      expect_rounded_once(sign * 0x1p-24f * more_a, more_b, c);
      expect_rounded_once(sign * 0x1p-24f * less_a, less_b, c);
      expect_rounded_once(sign * 0x1p-24f, 1, c);
    }
}

TEST(VectorFma, SubnormalSums) {
  const float more_a = 1 + 0x1p-11f, more_b = 1 - 0x1p-11f + 0x1p-22f;
  const float less_a = 1 + 0x1p-20f, less_b = 1 - 0x1p-20f;
  for (const float sign : {-1.0f, 1.0f})
    for (const float c : {0x1p-126f, 0x1p-126f - 0x1p-149f, 0x1p-127f + 0x1p-149f, 0x1p-130f}) {
      expect_rounded_once(sign * 0x1p-75f * more_a, 0x1p-75f * more_b, c);
      expect_rounded_once(sign * 0x1p-75f * less_a, 0x1p-75f * less_b, c);
    }
}

TEST(VectorFma, ZeroInfinityAndOverflow) {
  const float infinity = HUGE_VALF, most = 0x1.fffffep127f;
  expect_rounded_once(0, 5, 0);
  expect_rounded_once(-0.0f, 5, -0.0f);
  expect_rounded_once(2, 3, -6);
  expect_rounded_once(infinity, 2, 1);
  expect_rounded_once(most, 2, 0);
  expect_rounded_once(most, 2, -most);
  expect_rounded_once(0x1p103f, 0.5f, most);
  EXPECT_TRUE(std::isnan(fma_by_f64(F32x4{infinity}, F32x4{1}, F32x4{-infinity})[0]));
}

TEST(VectorFma, AnyBits) {
  for (std::uint64_t i = 0; i < 100000; ++i) {
    float x[3];
    for (std::uint64_t k = 0; k < 3; ++k)
      x[k] = std::bit_cast<float>(static_cast<std::uint32_t>(base::uniform(11, k, i) * 0x1p32));
    if (!std::isnan(std::fma(x[0], x[1], x[2]))) expect_rounded_once(x[0], x[1], x[2]);
  }
}

}  // namespace
}  // namespace ashlar::kernels
