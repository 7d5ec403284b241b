// The table of angles against the paper's formula in long double.
#include "model/rope.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ashlar::model {
namespace {

Config shape(std::uint32_t head_width, std::uint32_t context, double base) {
  Config config;
  config.head_width = head_width;
  config.context = context;
  config.rope_base = base;
  return config;
}

// theta_i = base^(-2i / E), angle = position × theta_i (Su et al. 2021, section 3.2.2).
TEST(Rope, AnglesAreThoseOfThePaper) {
  for (const auto& [width, base] : {std::pair{64u, 100000.0}, {16u, 10000.0}, {128u, 500000.0}}) {
    const std::uint32_t context = 8192, half = width / 2;
    const Rope rope = Rope::create(shape(width, context, base)).value();
    for (std::uint32_t p = 0; p < context; p += p < 64 ? 1 : 61)
      for (std::uint32_t i = 0; i < half; ++i) {
        const long double angle = p * std::pow(static_cast<long double>(base), -2.0L * i / width);
        // Frequency and angle are f32: each may be off by half a unit in the last place.
        const double tolerance = static_cast<double>(angle) * 0x1p-23 + 0x1p-24;
        ASSERT_NEAR(rope.table.cos[p * half + i], std::cos(angle), tolerance) << p << " " << i;
        ASSERT_NEAR(rope.table.sin[p * half + i], std::sin(angle), tolerance) << p << " " << i;
      }
  }
}

TEST(Rope, PositionZeroTurnsNothingAndTheFirstPairTurnsByOne) {
  const Rope rope = Rope::create(shape(32, 4, 10000)).value();
  for (std::uint32_t i = 0; i < 16; ++i) {
    EXPECT_EQ(rope.table.cos[i], 1.0f);
    EXPECT_EQ(rope.table.sin[i], 0.0f);
  }
  for (std::uint32_t p = 0; p < 4; ++p)
    EXPECT_EQ(rope.table.sin[p * 16], static_cast<float>(std::sin(static_cast<long double>(p))));
}

TEST(Rope, TheTablesLieOneBehindTheOtherInItsMemory) {
  const Rope rope = Rope::create(shape(64, 100, 10000)).value();
  EXPECT_EQ(reinterpret_cast<const std::byte*>(rope.table.cos), rope.memory.data());
  EXPECT_EQ(rope.table.sin, rope.table.cos + 100 * 32);
  EXPECT_GE(rope.memory.size(), 2 * 100 * 32 * sizeof(float));
}

}  // namespace
}  // namespace ashlar::model
