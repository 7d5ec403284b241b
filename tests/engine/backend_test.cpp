#include "engine/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::engine {
namespace {

using testing::HasSubstr;

TEST(PlanBlocks, HoldsAllSequencesWithinAQuarterOfMemoryButAlwaysOne) {
  const BackendOptions options{.sequences = 4};
  EXPECT_EQ(plan_blocks(100, options, 1000, 1'000'000), 8u);
  EXPECT_EQ(plan_blocks(100, options, 1000, 20'000), 5u);
  EXPECT_EQ(plan_blocks(100, options, 1000, 0), 2u);
}

TEST(PlanBlocks, RefusesBytesThatHoldLessThanTheContext) {
  const BackendOptions options{.sequences = 4, .kv_bytes = 3500};
  EXPECT_EQ(plan_blocks(100, options, 1000, 1'000'000), 3u);
  EXPECT_THAT(plan_blocks(200, options, 1000, 0).error().line(),
              HasSubstr("3500 bytes of KV cache hold 192 positions, the context has 200"));
}

TEST(PlanBlocks, ADraftsCacheIsPaidFromTheSameBytes) {
  const BackendOptions options{.sequences = 4, .kv_bytes = 7500, .beside_block = 500};
  EXPECT_EQ(plan_blocks(100, options, 1000, 0), 5u);
  EXPECT_EQ(plan_blocks(100, {.sequences = 4, .beside_block = 1000}, 1000, 40'000), 5u);
}

}  // namespace
}  // namespace ashlar::engine
