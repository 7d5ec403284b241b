#include "engine/block_allocator.h"

#include <cassert>
#include <numeric>

namespace ashlar::engine {

BlockAllocator::BlockAllocator(std::uint32_t blocks) : free_(blocks), lent_(blocks, false) {
  std::iota(free_.rbegin(), free_.rend(), BlockId{0});
}

std::optional<std::vector<BlockId>> BlockAllocator::allocate(std::uint32_t count) {
  if (count > free()) return std::nullopt;
  std::vector<BlockId> blocks(free_.rbegin(), free_.rbegin() + count);
  free_.resize(free_.size() - count);
  for (const BlockId block : blocks) lent_[block] = true;
  return blocks;
}

void BlockAllocator::release(std::span<const BlockId> blocks) {
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    assert(lent_.at(*block));
    lent_[*block] = false;
    free_.push_back(*block);
  }
}

}  // namespace ashlar::engine
