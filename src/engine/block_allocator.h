// Which KV blocks are free. Knows numbers only, not what the blocks hold.
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

  // All of them or none. Blocks used last are lent first: memory never touched stays untouched.
  std::optional<std::vector<BlockId>> allocate(std::uint32_t count);

  // REQUIRES: each was lent by allocate() and not given back since.
  void release(std::span<const BlockId> blocks);

  std::uint32_t free() const { return static_cast<std::uint32_t>(free_.size()); }
  std::uint32_t total() const { return static_cast<std::uint32_t>(lent_.size()); }

 private:
  std::vector<BlockId> free_;  // a stack
  std::vector<bool> lent_;
};

}  // namespace ashlar::engine
