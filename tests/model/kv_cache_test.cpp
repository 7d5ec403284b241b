// Where keys and values lie in a block: every head of every layer has its own stretch.
#include "model/kv_cache.h"

#include <gtest/gtest.h>

#include <set>

namespace ashlar::model {
namespace {

Config shape() {
  Config config;
  config.layers = 3, config.kv_heads = 2, config.head_width = 32;
  return config;
}

// Layers × (keys, values) × KV heads × head width × 64 positions of two or four bytes, or 32 such
// values in 34.
TEST(KvCache, ABlockHoldsAllLayers) {
  EXPECT_EQ(KvCache::block_bytes(shape(), KvDtype::f32), 3u * 2 * 2 * 32 * 64 * 4);
  EXPECT_EQ(KvCache::block_bytes(shape(), KvDtype::f16), 3u * 2 * 2 * 32 * 64 * 2);
  EXPECT_EQ(KvCache::block_bytes(shape(), KvDtype::q8_0), 3u * 2 * 2 * 64 * (32 + 2));
}

TEST(KvCache, LayersAndHeadsFillABlockWithoutOverlap) {
  KvCache::State state;
  state.block_bytes = KvCache::block_bytes(shape(), KvDtype::f16);
  state.layer_bytes = state.block_bytes / 3;
  const std::size_t head = std::size_t{32} * 64 * 2;
  state.first_layer = {KvDtype::f16, 0, 2 * head, head, 2, 32};
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
  KvCache cache = KvCache::create(shape(), KvDtype::f16, 5).value();
  EXPECT_EQ(cache.blocks(), 5u);
  KvCache other = KvCache::create(shape(), KvDtype::f32, 2).value();
  other = std::move(cache);
  EXPECT_EQ(other.blocks(), 5u);
}

TEST(KvCache, HeadsThatArentWholeBlocksAreRefusedByName) {
  Config narrow = shape();
  narrow.head_width = 48, narrow.name = "Narrow";
  const auto cache = KvCache::create(narrow, KvDtype::q8_0, 1);
  ASSERT_FALSE(cache);
  EXPECT_EQ(cache.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(cache.error().where, "Narrow");
  EXPECT_EQ(cache.error().message, "q8_0 KV comes in blocks of 32, heads are 48 wide");
  EXPECT_TRUE(KvCache::create(narrow, KvDtype::f16, 1));
}

TEST(KvCache, MoreThanTheMachineHasIsExhaustedAndSaysForWhat) {
  Config wide = shape();
  wide.layers = 1u << 14, wide.kv_heads = 1u << 8, wide.head_width = 1u << 8;
  const auto cache = KvCache::create(wide, KvDtype::f32, 1u << 16);
  ASSERT_FALSE(cache);
  EXPECT_EQ(cache.error().kind, ErrorKind::exhausted);
  EXPECT_NE(cache.error().line().find("KV cache"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::model
