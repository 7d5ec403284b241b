// KV blocks as the scheduler sees them: lent for a sequence, filled, and kept after it for the next
// one that begins alike. A whole block is never written again, so many may hold it; the last holder
// is the tree of prefixes, which gives the least recently used up when memory is asked for. A store
// on disk may stand behind the tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/block_allocator.h"
#include "engine/prefix_store.h"
#include "engine/prefix_tree.h"

namespace ashlar::engine {

// Blocks for one sequence, of which the first positions hold their KV already.
struct Loan {
  std::vector<BlockId> blocks;
  std::uint32_t filled = 0;  // positions, a multiple of a block
};

// What a block held when it was shared, needed in another before that is written.
struct BlockCopy {
  BlockId from, to;
  bool operator==(const BlockCopy&) const = default;
};

class BlockPool {
 public:
  using BytesOf = std::function<std::span<std::byte>(BlockId)>;

  // `keep_prefixes` off: nothing outlives its sequence.
  BlockPool(std::uint32_t blocks, bool keep_prefixes)
      : allocator_(blocks), keep_prefixes_(keep_prefixes) {}

  // From now on what is kept is also in `store`, and what is there is found. `bytes_of` a block
  // must live as long as the pool.
  void keep_in(std::unique_ptr<PrefixStore> store, BytesOf bytes_of);

  // Blocks for `positions`, filled with as much of `prefix` as is kept of that adapter; nullopt
  // when what others hold leaves too few, or fewer than `spare` blocks after it. REQUIRES: no more
  // tokens in `prefix` than positions.
  std::optional<Loan> lend(std::span<const TokenId> prefix, std::uint32_t positions,
                           std::uint32_t spare = 0, const AdapterKey& adapter = {});

  // Exchanges blocks from the `filled`-th on for kept ones that hold the same of `prefix`: how many
  // are filled then. REQUIRES: the blocks exchanged have this holder alone.
  std::uint32_t catch_up(std::span<const TokenId> prefix, std::span<BlockId> blocks,
                         std::uint32_t filled, const AdapterKey& adapter = {});

  // More blocks behind these, for `positions` in all. False, and nothing changed, when what others
  // hold leaves too few.
  bool extend(std::vector<BlockId>& blocks, std::uint32_t positions);

  // One more holder of each; none of them may write into one (see unshare).
  void share(std::span<const BlockId> blocks) { allocator_.share(blocks); }

  // Copy on write: a block that others hold too is exchanged for one of its own, and the copy to be
  // made noted. False, and nothing changed, when there is none.
  bool unshare(BlockId& block, std::vector<BlockCopy>& copies);

  // The first of `blocks` hold the KV of `tokens`: from now on other sequences find them. A block
  // whose tokens are kept in another one is given up for that. REQUIRES: whole blocks of tokens.
  void keep(std::span<const TokenId> tokens, std::span<BlockId> blocks,
            const AdapterKey& adapter = {});

  void release(std::span<const BlockId> blocks) { allocator_.release(blocks); }

  bool keeps_prefixes() const { return keep_prefixes_; }
  std::uint32_t available() const;  // free, or kept for nobody
  std::uint32_t kept() const { return static_cast<std::uint32_t>(tree_.size()); }
  std::uint32_t total() const { return allocator_.total(); }

 private:
  bool idle(BlockId block) const { return allocator_.holders(block) == 1; }  // REQUIRES: kept
  bool make_room(std::uint32_t count);  // false, and nothing changed, when it can't be

  // Of `blocks`, those before `found` being filled: how many are, once the store was asked.
  std::uint32_t load(std::span<const TokenId> prefix, std::span<BlockId> blocks,
                     std::uint32_t found, const AdapterKey& adapter);

  BlockAllocator allocator_;
  PrefixTree tree_;
  std::unique_ptr<PrefixStore> store_;
  BytesOf bytes_of_;
  bool keep_prefixes_;
};

}  // namespace ashlar::engine
