// Where keys and values lie in a block: every head of every layer has its own stretch.
#include "model/kv_cache.h"

#include <gtest/gtest.h>

#include <set>

namespace ashlar::model {
namespace {

Config shape() {
  Config config;
  config.layers = 3, config.kv_heads = 2, config.head_width = 16;
  return config;
}

// Layers × (keys, values) × KV heads × head width × 64 positions of two or four bytes.
TEST(KvCache, ABlockHoldsAllLayers) {
  EXPECT_EQ(KvCache::block_bytes(shape(), Precision::exact), 3u * 2 * 2 * 16 * 64 * 4);
  EXPECT_EQ(KvCache::block_bytes(shape(), Precision::fast), 3u * 2 * 2 * 16 * 64 * 2);
}

TEST(KvCache, LayersAndHeadsFillABlockWithoutOverlap) {
  KvCache::State state;
  state.block_bytes = KvCache::block_bytes(shape(), Precision::fast);
  state.layer_bytes = state.block_bytes / 3;
  const std::size_t head = std::size_t{16} * 64 * 2;
  state.first_layer = {kernels::KvType::f16, 0, 2 * head, head, 2, 16};
  std::set<std::size_t> begins;
  for (std::uint32_t layer = 0; layer < 3; ++layer) {
    const kernels::KvLayer at = state.layer(layer);
    for (std::uint32_t h = 0; h < at.heads; ++h)
      begins.insert({at.k_offset + h * at.head_bytes, at.v_offset + h * at.head_bytes});
  }
  ASSERT_EQ(begins.size(), 12u);
  for (std::size_t expected = 0; const std::size_t begin : begins) {
    EXPECT_EQ(begin, expected);
    expected += head;
  }
}

TEST(KvCache, HasTheBlocksAskedForAlsoWhenMoved) {
  KvCache cache = KvCache::create(shape(), Precision::fast, 5).value();
  EXPECT_EQ(cache.blocks(), 5u);
  KvCache other = KvCache::create(shape(), Precision::exact, 2).value();
  other = std::move(cache);
  EXPECT_EQ(other.blocks(), 5u);
}

TEST(KvCache, MoreThanTheMachineHasIsExhaustedAndSaysForWhat) {
  Config wide = shape();
  wide.layers = 1u << 14, wide.kv_heads = 1u << 8, wide.head_width = 1u << 8;
  const auto cache = KvCache::create(wide, Precision::exact, 1u << 16);
  ASSERT_FALSE(cache);
  EXPECT_EQ(cache.error().kind, ErrorKind::exhausted);
  EXPECT_NE(cache.error().line().find("KV cache"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::model
