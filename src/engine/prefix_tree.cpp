#include "engine/prefix_tree.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <ranges>

namespace ashlar::engine {

std::string PrefixTree::key_of(const Parent& parent, std::span<const TokenId> tokens) {
  const auto tokens_bytes = std::as_bytes(tokens);
  std::string key(reinterpret_cast<const char*>(&parent), sizeof parent);
  key.append(reinterpret_cast<const char*>(tokens_bytes.data()), tokens_bytes.size());
  return key;
}

std::vector<PrefixTree::Nodes::iterator> PrefixTree::path_of(std::span<const TokenId> tokens,
                                                             AdapterId adapter) {
  std::vector<Nodes::iterator> path;
  Parent parent{adapter, 0};
  for (; tokens.size() >= kBlockTokens; tokens = tokens.subspan(kBlockTokens)) {
    const auto found = by_key_.find(key_of(parent, tokens.first(kBlockTokens)));
    if (found == by_key_.end()) break;
    path.push_back(found->second);
    parent.node = found->second->id;
  }
  return path;
}

void PrefixTree::use(std::span<const Nodes::iterator> path) {
  for (const auto node : path | std::views::reverse) by_use_.splice(by_use_.begin(), by_use_, node);
}

std::vector<BlockId> PrefixTree::blocks_of(std::span<const Nodes::iterator> path) {
  std::vector<BlockId> blocks;
  for (const auto node : path) blocks.push_back(node->block);
  return blocks;
}

std::vector<BlockId> PrefixTree::find(std::span<const TokenId> tokens, AdapterId adapter) {
  const auto path = path_of(tokens, adapter);
  use(path);
  return blocks_of(path);
}

std::vector<BlockId> PrefixTree::insert(std::span<const TokenId> tokens,
                                        std::span<const BlockId> blocks, AdapterId adapter) {
  assert(tokens.size() == blocks.size() * kBlockTokens);
  auto path = path_of(tokens, adapter);
  const std::vector<BlockId> known = blocks_of(path);
  Parent parent{adapter, path.empty() ? 0 : path.back()->id};
  for (std::size_t i = path.size(); i < blocks.size(); ++i) {
    by_use_.push_front({next_id_++, blocks[i], nullptr});
    const auto node = by_use_.begin();
    node->key =
        &by_key_.emplace(key_of(parent, tokens.subspan(i * kBlockTokens, kBlockTokens)), node)
             .first->first;
    parent.node = node->id;
    path.push_back(node);
  }
  use(path);
  return known;
}

std::vector<BlockId> PrefixTree::evict(std::uint32_t count,
                                       const std::function<bool(BlockId)>& idle) {
  std::vector<BlockId> blocks;
  for (auto at = by_use_.end(); at != by_use_.begin() && blocks.size() < count;) {
    const auto node = std::prev(at);
    if (!idle(node->block)) {
      at = node;
      continue;
    }
    blocks.push_back(node->block);
    by_key_.erase(by_key_.find(*node->key));
    at = by_use_.erase(node);
  }
  return blocks;
}

std::size_t PrefixTree::count(const std::function<bool(BlockId)>& is) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(by_use_, [&](const Node& node) { return is(node.block); }));
}

}  // namespace ashlar::engine
