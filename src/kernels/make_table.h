// The kernels of the Simd type at hand, gathered into a table. Included once by each instruction
// set's unit, after its simd_*.h.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/elementwise_kernels.h"
#include "kernels/matmul_kernels.h"

namespace ashlar::kernels {
namespace {

template <class Format>
constexpr void add_f32(KernelTable& table, tensor::Dtype dtype) {
  table.f32[static_cast<size_t>(dtype)] = f32_tile<Format>;
}

template <class Format>
constexpr void add_int8(KernelTable& table, tensor::Dtype dtype) {
  add_f32<Format>(table, dtype);
  table.int8[static_cast<size_t>(dtype)] = int8_tiles<Format>;
  table.int8_peak[static_cast<size_t>(dtype)] = int8_peak<Format>;
}

template <class Kv>
constexpr void add_kv(KernelTable& table, tensor::Dtype dtype, KernelTable::StoreKv store) {
  table.store_kv[static_cast<size_t>(dtype)] = store;
  table.attend_chunk[static_cast<size_t>(dtype)] = attend_chunk<Kv>;
}

constexpr KernelTable make_table(std::string_view name) {
  static_assert(Simd::tiles <= kMostTiles);
  KernelTable table{.name = name,
                    .quantize = quantize_tile,
                    .int8_tiles = Simd::tiles,
                    .int8 = {},
                    .int8_peak = {},
                    .f32 = {},
                    .rms_norm = rms_norm_row,
                    .silu_multiply = silu_multiply_row,
                    .add = add_row,
                    .rope = rope_row,
                    .store_kv = {},
                    .attend_chunk = {},
                    .join_chunk = join_chunk,
                    .finish_attention = finish_attention};
  add_f32<F32>(table, tensor::Dtype::f32);
  add_f32<F16>(table, tensor::Dtype::f16);
  add_f32<Bf16>(table, tensor::Dtype::bf16);
  add_int8<Q4_0>(table, tensor::Dtype::q4_0);
  add_int8<Q4_1>(table, tensor::Dtype::q4_1);
  add_int8<Q8_0>(table, tensor::Dtype::q8_0);
  add_int8<Q4_K>(table, tensor::Dtype::q4_k);
  add_int8<Q6_K>(table, tensor::Dtype::q6_k);
  add_kv<KvF16>(table, tensor::Dtype::f16, store_kv_head<KvF16>);
  add_kv<KvF32>(table, tensor::Dtype::f32, store_kv_head<KvF32>);
  add_kv<KvQ8_0>(table, tensor::Dtype::q8_0, store_kv_head_q8_0);
  return table;
}

}  // namespace
}  // namespace ashlar::kernels
