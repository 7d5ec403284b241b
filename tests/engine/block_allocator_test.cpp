#include "engine/block_allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace ashlar::engine {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(BlockAllocator, LendsFromTheLowestUp) {
  BlockAllocator allocator(4);
  EXPECT_THAT(allocator.allocate(3), Optional(ElementsAre(0, 1, 2)));
  EXPECT_EQ(allocator.free(), 1u);
  EXPECT_EQ(allocator.total(), 4u);
}

TEST(BlockAllocator, LendsAgainWhatWasUsed) {
  BlockAllocator allocator(100);
  const auto first = allocator.allocate(3);
  allocator.release(*first);
  EXPECT_EQ(allocator.allocate(3), first) << "memory that was never touched stays so";
}

TEST(BlockAllocator, GivesAllOrNone) {
  BlockAllocator allocator(2);
  EXPECT_EQ(allocator.allocate(3), std::nullopt);
  EXPECT_EQ(allocator.free(), 2u);
  EXPECT_THAT(allocator.allocate(2), Optional(ElementsAre(0, 1)));
  EXPECT_EQ(allocator.allocate(1), std::nullopt);
  EXPECT_THAT(allocator.allocate(0), Optional(ElementsAre()));
}

TEST(BlockAllocator, ABlockIsFreeWhenItsLastHolderLetsGo) {
  BlockAllocator allocator(2);
  const auto blocks = *allocator.allocate(2);
  allocator.share({&blocks[0], 1});
  EXPECT_EQ(allocator.holders(blocks[0]), 2u);
  allocator.release(blocks);
  EXPECT_EQ(allocator.free(), 1u);
  allocator.release({&blocks[0], 1});
  EXPECT_EQ(allocator.free(), 2u);
}

RC_GTEST_PROP(BlockAllocator, NeverLendsABlockTwiceNorLosesOne, ()) {
  const auto total = static_cast<std::uint32_t>(*rc::gen::inRange(1, 30));
  BlockAllocator allocator(total);
  std::vector<std::vector<BlockId>> held;
  std::set<BlockId> lent;
  for (int i = 0; i < 50; ++i) {
    if (*rc::gen::inRange(0, 2) == 0 || held.empty()) {
      const auto count = static_cast<std::uint32_t>(*rc::gen::inRange(0, 8));
      const auto blocks = allocator.allocate(count);
      RC_ASSERT(blocks.has_value() == (count <= total - lent.size()));
      if (!blocks) continue;
      for (const BlockId b : *blocks) RC_ASSERT(b < total && lent.insert(b).second);
      held.push_back(*blocks);
    } else {
      const auto which = *rc::gen::inRange<std::size_t>(0, held.size());
      allocator.release(held[which]);
      for (const BlockId b : held[which]) lent.erase(b);
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
    }
    RC_ASSERT(allocator.free() == total - lent.size());
  }
}

}  // namespace
}  // namespace ashlar::engine
