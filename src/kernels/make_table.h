// The kernels of the Simd type at hand, gathered into a table. Included once by each instruction
// set's unit, after its simd_*.h; rows are in the order of tensor::Dtype.
#pragma once

#include "kernels/attention_kernels.h"
#include "kernels/elementwise_kernels.h"
#include "kernels/matmul_kernels.h"

namespace ashlar::kernels {
namespace {

constexpr KernelTable make_table(std::string_view name) {
  return {
      .name = name,
      .quantize = quantize_row,
      .int8 = {nullptr, nullptr, nullptr, int8_tile<Q4_0>, int8_tile<Q4_1>, int8_tile<Q8_0>},
      .int8_peak = {nullptr, nullptr, nullptr, int8_peak<Q4_0>, int8_peak<Q4_1>, int8_peak<Q8_0>},
      .f32 = {f32_tile<F32>, f32_tile<F16>, f32_tile<Bf16>, f32_tile<Q4_0>, f32_tile<Q4_1>,
              f32_tile<Q8_0>},
      .rms_norm = rms_norm_row,
      .silu_multiply = silu_multiply_row,
      .add = add_row,
      .rope = rope_row,
      .store_kv = {store_kv_head<KvF16>, store_kv_head<KvF32>},
      .attend_chunk = {attend_chunk<KvF16>, attend_chunk<KvF32>},
      .join_chunk = join_chunk,
      .finish_attention = finish_attention};
}

}  // namespace
}  // namespace ashlar::kernels
