// Which KV blocks are free, and how many hold each of the others. Knows numbers only, not what the
// blocks hold.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/model.h"

namespace ashlar::engine {

using model::BlockId;

class BlockAllocator {
 public:
  explicit BlockAllocator(std::uint32_t blocks);

  // All of them or none, each with one holder. Blocks used last are lent first: memory never
  // touched stays untouched.
  std::optional<std::vector<BlockId>> allocate(std::uint32_t count);

  // One more holder of each. REQUIRES: each has one.
  void share(std::span<const BlockId> blocks);

  // One holder less of each; a block without one is free. REQUIRES: each has one.
  void release(std::span<const BlockId> blocks);

  std::uint32_t holders(BlockId block) const { return holders_[block]; }
  std::uint32_t free() const { return static_cast<std::uint32_t>(free_.size()); }
  std::uint32_t total() const { return static_cast<std::uint32_t>(holders_.size()); }

 private:
  std::vector<BlockId> free_;  // a stack
  std::vector<std::uint32_t> holders_;
};

}  // namespace ashlar::engine
