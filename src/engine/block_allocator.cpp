#include "engine/block_allocator.h"

#include <cassert>
#include <numeric>

namespace ashlar::engine {

BlockAllocator::BlockAllocator(std::uint32_t blocks) : free_(blocks), holders_(blocks, 0) {
  std::iota(free_.rbegin(), free_.rend(), BlockId{0});
}

std::optional<std::vector<BlockId>> BlockAllocator::allocate(std::uint32_t count) {
  if (count > free()) return std::nullopt;
  std::vector<BlockId> blocks(free_.rbegin(), free_.rbegin() + count);
  free_.resize(free_.size() - count);
  for (const BlockId block : blocks) holders_[block] = 1;
  return blocks;
}

void BlockAllocator::share(std::span<const BlockId> blocks) {
  for (const BlockId block : blocks) {
    assert(holders_.at(block) > 0);
    ++holders_[block];
  }
}

void BlockAllocator::release(std::span<const BlockId> blocks) {
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    assert(holders_.at(*block) > 0);
    if (--holders_[*block] == 0) free_.push_back(*block);
  }
}

}  // namespace ashlar::engine
