// An operation is its device's: no other may be handed what lies there.
#include "kernels/device.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernels/operations.h"

namespace ashlar::kernels {
namespace {

constexpr DeviceId kElsewhere{1};

class OnADevice : public testing::Test {
 protected:
  base::ThreadPool pool{1};
  const Device host{available().front(), &pool};
  std::vector<float> x_ = {1, 2}, y_ = {10, 20};
  Rows x{x_.data(), 1, 2}, y{y_.data(), 1, 2};
  const std::vector<std::uint32_t> first = {0};
};

TEST_F(OnADevice, ItsOwnOperationsRun) {
  static int calls = 0;
  Operations counted = host_operations;
  counted.select_rows = [](const Device& device, const Rows& from,
                           std::span<const std::uint32_t> indices, const Rows& to) {
    ++calls;
    host_operations.select_rows(device, from, indices, to);
  };
  select_rows(host, y, first, x);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(x_, y_);
  x.device = y.device = kElsewhere;
  y_[1] = 30;
  select_rows({host.kernels, &pool, &counted, kElsewhere}, y, first, x);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(x_, y_);
}

TEST_F(OnADevice, APartOfRowsLiesWhereTheyDo) {
  x.device = kElsewhere;
  EXPECT_EQ(x.part(0, 1).device, kElsewhere);
}

TEST_F(OnADevice, ViewsOfAnotherAreRefused) {
  y.device = kElsewhere;
  KvLayer layer{};
  layer.heads = 1, layer.head_width = 2, layer.device = kElsewhere;
  const PackedMatrix there{tensor::Dtype::f32, 0, 2, nullptr, kElsewhere};
  const Linear output[] = {{&there, {nullptr, 0, 0}}};
  EXPECT_DEBUG_DEATH(silu_multiply(host, {x, {}}, y), "all_on");
  EXPECT_DEBUG_DEATH(select_rows(host, y, first, x), "all_on");
  EXPECT_DEBUG_DEATH(gated_linear(host, {x, {}}, there, there, x, {x, {}}), "all_on");
  EXPECT_DEBUG_DEATH(linear(host, {x, {}}, output), "all_on");
  EXPECT_DEBUG_DEATH(rotate_and_store(host, x, x, x, {nullptr, nullptr}, layer, {}), "all_on");
}

}  // namespace
}  // namespace ashlar::kernels
