// What forward() sees of a KvCache: block addresses and where a layer lies in a block. Private to
// the module.
#pragma once

#include <cstdint>

#include "kernels/ops.h"
#include "model/model.h"
#include "tensor/buffer.h"

namespace ashlar::model {

// Layout of a block (KvCache::kLayout counts its versions): [layer][keys, values][KV head][E × 64],
// keys transposed, scales behind (kernels/kv_formats.h).
struct KvCache::State {
  tensor::Buffer memory;
  std::uint32_t blocks;
  std::size_t block_bytes, layer_bytes;
  kernels::KvLayer first_layer;

  std::byte* block(BlockId id) const { return memory.data() + id * block_bytes; }
  kernels::KvLayer layer(std::uint32_t index) const {
    kernels::KvLayer layer = first_layer;
    layer.k_offset += index * layer_bytes;
    layer.v_offset += index * layer_bytes;
    return layer;
  }
};

}  // namespace ashlar::model
