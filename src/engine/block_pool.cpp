#include "engine/block_pool.h"

namespace ashlar::engine {
namespace {

constexpr std::uint32_t kBlock = model::KvCache::kBlockTokens;

}  // namespace

std::optional<Loan> BlockPool::lend(std::span<const TokenId> prefix, std::uint32_t positions,
                                    std::uint32_t spare, const AdapterKey& adapter) {
  std::vector<BlockId> blocks = tree_.find(prefix, adapter.id);
  allocator_.share(blocks);  // first, so that making room doesn't take them
  const auto found = static_cast<std::uint32_t>(blocks.size());
  const std::uint32_t missing = model::KvCache::blocks_for(positions) - found;
  if ((spare > 0 && missing + spare > available()) || !make_room(missing)) {
    allocator_.release(blocks);
    return std::nullopt;
  }
  const auto fresh = allocator_.allocate(missing);
  blocks.insert(blocks.end(), fresh->begin(), fresh->end());
  const std::uint32_t filled = load(prefix, blocks, found, adapter);
  return Loan{std::move(blocks), filled * kBlock};
}

void BlockPool::keep_in(std::unique_ptr<PrefixStore> store, BytesOf bytes_of) {
  store_ = std::move(store);
  bytes_of_ = std::move(bytes_of);
}

std::uint32_t BlockPool::load(std::span<const TokenId> prefix, std::span<BlockId> blocks,
                              std::uint32_t found, const AdapterKey& adapter) {
  if (!store_) return found;
  std::uint32_t filled = found;
  while ((filled + 1) * kBlock <= prefix.size() &&
         store_->load(prefix.first(std::size_t{filled + 1} * kBlock), bytes_of_(blocks[filled]),
                      adapter.content))
    ++filled;
  if (filled > found) keep(prefix.first(std::size_t{filled} * kBlock), blocks, adapter);
  return filled;
}

std::uint32_t BlockPool::catch_up(std::span<const TokenId> prefix, std::span<BlockId> blocks,
                                  std::uint32_t filled, const AdapterKey& adapter) {
  const std::vector<BlockId> known = tree_.find(prefix, adapter.id);
  for (; filled < known.size(); ++filled) {
    allocator_.share({&known[filled], 1});
    allocator_.release({&blocks[filled], 1});
    blocks[filled] = known[filled];
  }
  return filled;
}

bool BlockPool::extend(std::vector<BlockId>& blocks, std::uint32_t positions) {
  const std::size_t wanted = model::KvCache::blocks_for(positions);
  if (wanted <= blocks.size()) return true;
  const auto missing = static_cast<std::uint32_t>(wanted - blocks.size());
  if (!make_room(missing)) return false;
  const auto fresh = allocator_.allocate(missing);
  blocks.insert(blocks.end(), fresh->begin(), fresh->end());
  return true;
}

bool BlockPool::unshare(BlockId& block, std::vector<BlockCopy>& copies) {
  if (allocator_.holders(block) == 1) return true;
  if (!make_room(1)) return false;
  const BlockId own = allocator_.allocate(1)->front();
  copies.push_back({block, own});
  allocator_.release({&block, 1});
  block = own;
  return true;
}

bool BlockPool::make_room(std::uint32_t count) {
  if (count <= allocator_.free()) return true;
  if (count > available()) return false;
  const auto given_up =
      tree_.evict(count - allocator_.free(), [this](BlockId block) { return idle(block); });
  allocator_.release(given_up);
  return true;
}

void BlockPool::keep(std::span<const TokenId> tokens, std::span<BlockId> blocks,
                     const AdapterKey& adapter) {
  if (!keep_prefixes_) return;
  blocks = blocks.first(tokens.size() / kBlock);
  const auto known = tree_.insert(tokens, blocks, adapter.id);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (blocks[i] == known[i]) continue;
    allocator_.share({&known[i], 1});
    allocator_.release({&blocks[i], 1});
    blocks[i] = known[i];
  }
  allocator_.share(blocks.subspan(known.size()));
  if (store_)
    store_->save(
        tokens, kBlock, [&](std::size_t i) { return bytes_of_(blocks[i]); }, adapter.content);
}

std::uint32_t BlockPool::available() const {
  const auto kept_for_nobody = tree_.count([this](BlockId block) { return idle(block); });
  return allocator_.free() + static_cast<std::uint32_t>(kept_for_nobody);
}

}  // namespace ashlar::engine
