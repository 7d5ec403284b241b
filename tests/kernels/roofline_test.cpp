// The roofline's measurements count what they say: rates can't be tested, work can.
#include "kernels/roofline.h"

#include <gtest/gtest.h>

namespace ashlar::kernels {
namespace {

class Roofline : public testing::Test {
 protected:
  base::ThreadPool pool_{2};
  Device device_{available().back(), &pool_};
};

TEST_F(Roofline, EveryTypeHasAPeakAndMemoryARate) {
  for (const tensor::Codec& codec : tensor::codecs())
    EXPECT_GT(peak(device_, codec.dtype).value(), 0) << codec.name;
  EXPECT_GT(read_bandwidth(device_).value(), 0);
}

TEST_F(Roofline, AProductReadsItsWeightsAndMultipliesThemByEveryRow) {
  const auto timing = time_linear(device_, tensor::Dtype::q4_1, 48, 64, 3).value();
  EXPECT_EQ(timing.bytes, 48u * 64 / 32 * 20);
  EXPECT_EQ(timing.multiplications, 3u * 48 * 64);
  EXPECT_GT(timing.seconds, 0);
}

}  // namespace
}  // namespace ashlar::kernels
