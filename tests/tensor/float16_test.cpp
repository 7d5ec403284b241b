// f16 and bf16 against arithmetic: every one of the 65,536 bit patterns, and every rounding.
#include <gtest/gtest.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tensor/codec.h"

namespace ashlar::tensor {
namespace {

std::uint32_t bits_of(float value) {
  return std::bit_cast<std::uint32_t>(value);
}

// What IEEE 754 says that the bits mean, in double arithmetic.
double meaning(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  const double sign = bits >> 15 ? -1.0 : 1.0;
  if (exponent == 31) return sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

bool is_nan(std::uint16_t bits) {
  return (bits & 0x7FFF) > 0x7C00;
}

TEST(Float16, EveryPatternMeansWhatTheStandardSays) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    const float value = f16_to_f32(bits);
    if (is_nan(bits)) {
      ASSERT_TRUE(std::isnan(value)) << bits;
    } else {
      ASSERT_EQ(bits_of(value), bits_of(static_cast<float>(meaning(bits)))) << bits;
    }
  }
}

TEST(Float16, EveryPatternComesBack) {
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    const std::uint16_t quiet = is_nan(bits) ? bits | 0x0200 : bits;
    ASSERT_EQ(f32_to_f16(f16_to_f32(bits)), quiet);
  }
}

// Around the middle between two neighbours: below it goes down, above it up, the tie to even.
TEST(Float16, RoundsToNearestTiesToEven) {
  for (std::uint16_t low = 0; low < 0x7BFF; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const auto middle = static_cast<float>((meaning(low) + meaning(high)) / 2);
    const std::uint16_t even = low & 1 ? high : low;
    ASSERT_EQ(f32_to_f16(middle), even);
    ASSERT_EQ(f32_to_f16(-middle), even | 0x8000);
    ASSERT_EQ(f32_to_f16(std::nextafter(middle, 0.0f)), low);
    ASSERT_EQ(f32_to_f16(std::nextafter(middle, 1e9f)), high);
  }
}

TEST(Float16, TheEndsOfTheRange) {
  EXPECT_EQ(f32_to_f16(65504.0f), 0x7BFF);
  EXPECT_EQ(f32_to_f16(65519.996f), 0x7BFF);
  EXPECT_EQ(f32_to_f16(65520.0f), 0x7C00);
  EXPECT_EQ(f32_to_f16(1e38f), 0x7C00);
  EXPECT_EQ(f32_to_f16(-std::numeric_limits<float>::infinity()), 0xFC00);
  EXPECT_EQ(f32_to_f16(std::ldexp(1.0f, -25)), 0x0000);
  EXPECT_EQ(f32_to_f16(std::numeric_limits<float>::denorm_min()), 0x0000);
  EXPECT_EQ(f32_to_f16(-0.0f), 0x8000);
  EXPECT_EQ(f32_to_f16(std::bit_cast<float>(0x7F800001u)), 0x7E00);
  EXPECT_EQ(f32_to_f16(std::bit_cast<float>(0xFFFFE000u)), 0xFFFF);
}

#if defined(__x86_64__)
__attribute__((target("f16c"))) std::uint16_t hardware_f32_to_f16(float value) {
  return static_cast<std::uint16_t>(
      _mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(value), _MM_FROUND_TO_NEAREST_INT), 0));
}
__attribute__((target("f16c"))) std::uint32_t hardware_f16_to_f32(std::uint16_t bits) {
  return bits_of(_mm_cvtss_f32(_mm_cvtph_ps(_mm_set1_epi16(static_cast<short>(bits)))));
}

TEST(Float16, SameBitsAsTheInstructions) {
  if (!__builtin_cpu_supports("f16c")) GTEST_SKIP() << "needs-isa: no F16C";
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    ASSERT_EQ(bits_of(f16_to_f32(bits)), hardware_f16_to_f32(bits)) << bits;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 2'000'000; ++i) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    ASSERT_EQ(f32_to_f16(value), hardware_f32_to_f16(value)) << bits_of(value);
  }
}
#endif

TEST(BFloat16, IsTheUpperHalfOfAnF32) {
  for (std::uint32_t i = 0; i < 65536; ++i)
    ASSERT_EQ(bits_of(bf16_to_f32(static_cast<std::uint16_t>(i))), i << 16);
}

}  // namespace
}  // namespace ashlar::tensor
