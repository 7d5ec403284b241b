#include "chat/meter.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

TEST(Meter, CountsSteps) {
  Meter meter({.steps = 3, .depth = 1, .output_bytes = 1});
  EXPECT_TRUE(meter.step());
  EXPECT_TRUE(meter.step(2));
  const Status over = meter.step();
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::exhausted);
  EXPECT_EQ(over.error().message, "the template needs more than 3 steps");
  EXPECT_FALSE(over.error().mend.empty());
}

TEST(Meter, AHugeCountDoesNotWrapAround) {
  Meter meter({.steps = 10, .depth = 1, .output_bytes = 1});
  EXPECT_TRUE(meter.step(5));
  EXPECT_FALSE(meter.step(UINT64_MAX));
  EXPECT_FALSE(meter.step());  // over once is over for good
}

TEST(Meter, TextCostsAStepAKilobyte) {
  Meter meter({.steps = 10, .depth = 1, .output_bytes = 1});
  EXPECT_TRUE(meter.scan(8 * 1024));
  EXPECT_FALSE(meter.scan(8 * 1024));
}

TEST(Meter, DepthComesBack) {
  Meter meter({.steps = 1, .depth = 2, .output_bytes = 1});
  for (int i = 0; i < 3; ++i) {
    DepthScope one(meter), two(meter);
    EXPECT_TRUE(two.entered());
    DepthScope three(meter);
    EXPECT_FALSE(three.entered());
    EXPECT_EQ(three.entered().error().message, "the template nests deeper than 2 levels");
  }
}

TEST(Meter, HeldBytesAreBoundedAndComeBack) {
  Meter meter({.steps = 1, .depth = 1, .output_bytes = 100});
  EXPECT_TRUE(meter.hold(400));
  EXPECT_FALSE(meter.hold(1));
  EXPECT_EQ(meter.hold(1).error().kind, ErrorKind::too_large);
  meter.release(200);
  EXPECT_TRUE(meter.hold(200));
}

}  // namespace
}  // namespace ashlar::chat
