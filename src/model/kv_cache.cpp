#include "model/kv_cache.h"

#include <cstring>

namespace ashlar::model {
namespace {

static_assert(KvCache::kBlockTokens == kernels::kKvBlock);

std::size_t head_bytes(const Config& config, KvDtype dtype) {
  const std::size_t elements = std::size_t{config.head_width} * KvCache::kBlockTokens;
  return tensor::codec_of(dtype).bytes_for(elements);
}

}  // namespace

std::size_t KvCache::block_bytes(const Config& config, KvDtype dtype) {
  return head_bytes(config, dtype) * config.kv_heads * 2 * config.layers;
}

Result<KvCache> KvCache::create(const Config& config, KvDtype dtype, std::uint32_t blocks) {
  ASHLAR_TRY(check_kv_dtype(config, dtype));
  auto state = std::make_unique<State>();
  state->blocks = blocks;
  state->block_bytes = block_bytes(config, dtype);
  state->layer_bytes = state->block_bytes / config.layers;
  const std::size_t head = head_bytes(config, dtype);
  state->first_layer = {.type = dtype,
                        .k_offset = 0,
                        .v_offset = head * config.kv_heads,
                        .head_bytes = head,
                        .heads = config.kv_heads,
                        .head_width = config.head_width};
  ASHLAR_ASSIGN(state->memory, tensor::Buffer::create(state->block_bytes * blocks, "KV cache",
                                                      tensor::Buffer::Pages::large));
  return KvCache(std::move(state));
}

KvCache::KvCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
KvCache::KvCache(KvCache&&) noexcept = default;
KvCache& KvCache::operator=(KvCache&&) noexcept = default;
KvCache::~KvCache() = default;

std::uint32_t KvCache::blocks() const {
  return state_->blocks;
}

void KvCache::make_resident(BlockId block) {
  state_->memory.make_resident(block * state_->block_bytes, state_->block_bytes);
}

void KvCache::copy_block(BlockId from, BlockId to) {
  std::memcpy(state_->block(to), state_->block(from), state_->block_bytes);
}

std::span<std::byte> KvCache::bytes(BlockId block) {
  return {state_->block(block), state_->block_bytes};
}

}  // namespace ashlar::model
