// Packed tile × activation rows. Included once by each instruction set's unit.
#pragma once

#include "kernels/packed_formats.h"

namespace ashlar::kernels {
namespace {

// out[m][lane] = Σ_b fma(scale_w × scale_x, dot, ·), then fma(minimum, scaled_sum, ·), b ascending.
// Weights are unpacked once for all the rows; their sums wait in the L1 cache.
template <class Format>
void int8_tile(const std::byte* tile, const Int8Rows& x, uint32_t first, uint32_t count,
               TileOutput out) {
  const uint32_t blocks = x.width / kBlock;
  for (int part = 0; part < kParts; ++part) {
    F sum[kRowTile];
    for (uint32_t m = 0; m < count; ++m) sum[m] = Simd::zero();
    for (uint32_t b = 0; b < blocks; ++b) {
      Int8Block w;
      Format::load(reinterpret_cast<const Byte*>(tile) + size_t{b} * Format::block_bytes, part, w);
      for (uint32_t m = 0; m < count; ++m) {
        const size_t row = first + m, at = row * blocks + b;
        const F dot = Format::dot(w, x.q + row * x.width + b * kBlock, x.sum[at]);
        sum[m] = Simd::fma(Simd::mul(w.scale, Simd::set1(x.scale[at])), dot, sum[m]);
        if constexpr (Format::has_minimum)
          sum[m] = Simd::fma(w.minimum, Simd::set1(x.scaled_sum[at]), sum[m]);
      }
    }
    for (uint32_t m = 0; m < count; ++m)
      Simd::store(out.data + m * out.stride + part * Simd::width, sum[m]);
  }
}

constexpr uint32_t kChain = 256;  // K in one chain of the f32 kernels

// Rows rows × 16 outputs over one chain: sum starts at 0 and is added to out.
template <int Rows>
void f32_chain(const float* w, uint32_t length, const float* x, size_t x_stride, float* out,
               size_t out_stride) {
  F sum[Rows][kParts];
  for (int m = 0; m < Rows; ++m)
    for (int p = 0; p < kParts; ++p) sum[m][p] = Simd::zero();
  for (uint32_t k = 0; k < length; ++k) {
    F weights[kParts];
    for (int p = 0; p < kParts; ++p) weights[p] = Simd::load(w + kOutputs * k + p * Simd::width);
    for (int m = 0; m < Rows; ++m) {
      const F value = Simd::set1(x[m * x_stride + k]);
      for (int p = 0; p < kParts; ++p) sum[m][p] = Simd::fma(weights[p], value, sum[m][p]);
    }
  }
  for (int m = 0; m < Rows; ++m)
    for (int p = 0; p < kParts; ++p) {
      float* to = out + m * out_stride + p * Simd::width;
      Simd::store(to, Simd::add(Simd::load(to), sum[m][p]));
    }
}

// Dequantizes a chain's length of the tile into L1, then runs all rows over it.
template <class Format>
void f32_tile(const std::byte* tile, uint32_t width, const float* x, size_t x_stride,
              uint32_t count, TileOutput out) {
  alignas(64) float w[kChain * kOutputs];
  for (uint32_t m = 0; m < count; ++m)
    for (int p = 0; p < kParts; ++p)
      Simd::store(out.data + m * out.stride + p * Simd::width, Simd::zero());
  for (uint32_t k0 = 0; k0 < width; k0 += kChain) {
    const uint32_t length = width - k0 < kChain ? width - k0 : kChain;
    for (uint32_t k = 0; k < length; k += Format::k_step)
      for (int part = 0; part < kParts; ++part)
        Format::dequantize(reinterpret_cast<const Byte*>(tile) +
                               size_t{(k0 + k) / Format::k_step} * Format::block_bytes,
                           part, w + kOutputs * k + part * Simd::width);
    uint32_t m = 0;
    for (; m + Simd::row_block <= count; m += Simd::row_block)
      f32_chain<Simd::row_block>(w, length, x + m * x_stride + k0, x_stride,
                                 out.data + m * out.stride, out.stride);
    for (; m < count; ++m)
      f32_chain<1>(w, length, x + m * x_stride + k0, x_stride, out.data + m * out.stride,
                   out.stride);
  }
}

}  // namespace
}  // namespace ashlar::kernels
