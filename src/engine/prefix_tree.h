// Which KV blocks hold which tokens: a radix tree whose edges are the tokens of one whole block. A
// block stands for its own tokens after all those on the way to it, so equal paths have equal KV:
// as far as one adapter wrote it, so each adapter has a root of its own.
// Tokens are compared, not their hashes. Knows nothing of who uses a block.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

using model::AdapterId;
using model::AdapterKey;
using model::BlockId;
using tokenizer::TokenId;

class PrefixTree {
 public:
  PrefixTree() = default;
  PrefixTree(PrefixTree&&) noexcept = default;

  static constexpr std::size_t kBlockTokens = model::KvCache::kBlockTokens;

  // Blocks of the longest path that `tokens` begins with. Counts as a use of each.
  std::vector<BlockId> find(std::span<const TokenId> tokens, AdapterId adapter = 0);

  // Files blocks[i] under tokens 64i … 64i + 63, after those before. What is there already stays;
  // those blocks, the first of the path, come back. REQUIRES: as many tokens as the blocks hold; no
  // block is filed twice.
  std::vector<BlockId> insert(std::span<const TokenId> tokens, std::span<const BlockId> blocks,
                              AdapterId adapter = 0);

  // Takes out up to `count` blocks that are `idle`, the least recently used first, and never one
  // before those that follow it. REQUIRES: whatever follows a block that is idle is idle.
  std::vector<BlockId> evict(std::uint32_t count, const std::function<bool(BlockId)>& idle);

  std::size_t size() const { return by_use_.size(); }
  std::size_t count(const std::function<bool(BlockId)>& is) const;

 private:
  struct Node {
    std::uint64_t id;  // roots have none, and no block
    BlockId block;
    const std::string* key;
  };
  using Nodes = std::list<Node>;

  // What a node is found by: the node before it, or the adapter behind whose root it is.
  struct Parent {
    AdapterId adapter;
    std::uint64_t node;  // 0: the root
  };
  static std::string key_of(const Parent& parent, std::span<const TokenId> tokens);
  // Nodes on the path of `tokens`, the first one first.
  std::vector<Nodes::iterator> path_of(std::span<const TokenId> tokens, AdapterId adapter);
  void use(std::span<const Nodes::iterator> path);
  static std::vector<BlockId> blocks_of(std::span<const Nodes::iterator> path);

  // Most recent first. A path's nodes move up together, so what follows a node is behind it.
  Nodes by_use_;
  std::unordered_map<std::string, Nodes::iterator> by_key_;  // parent and tokens, as bytes
  std::uint64_t next_id_ = 1;
};

}  // namespace ashlar::engine
