// Packed tile × activation rows. Included once by each instruction set's unit.
#pragma once

#include "kernels/packed_formats.h"

namespace ashlar::kernels {
namespace {

constexpr int kQuads = kBlock / 4;  // of K in an int8 block

// Weights are fetched ahead of their use: the processor's own prefetchers stop at the borders of
// pages. Where a tile is met once, by a fixed distance; where it is met several times, each time a
// share of the next tile. Measured in docs/lab-notes.md.
class Ahead {
 public:
  Ahead(const Byte* from, uint32_t bytes_a_block) : at_(from), end_(from), step_(bytes_a_block) {}
  void fetch() {
    for (end_ += step_; at_ < end_; at_ += 64) __builtin_prefetch(at_);
  }

 private:
  const Byte* at_;
  const Byte* end_;
  uint32_t step_;
};

constexpr uint32_t kOnceAhead = 1024;  // bytes

// For the pass-th of so many passes over a tile.
inline Ahead ahead_of(const Byte* tile, uint32_t blocks, uint32_t block_bytes, uint32_t pass,
                      uint32_t passes) {
  if (passes == 1) return {tile + kOnceAhead, block_bytes};
  const uint32_t share = block_bytes / passes;
  return {tile + size_t{blocks} * (block_bytes + pass * share), share};
}

// Rows rows × 16 outputs of one block in integers: exact. What there is less of, weights or
// activations, stays in registers meanwhile.
template <class Format, int Rows>
[[gnu::always_inline]] inline void add_dots(const Byte* block, int sub, const int8_t* q,
                                            uint32_t width,
                                            typename Format::Sum (&dots)[Rows][kParts]) {
#pragma GCC unroll 8
  for (int i = 0; i < kQuads; ++i) {
    const auto weights = [&](int p) { return Format::quad(block, p, sub, i); };
    const auto values = [&](int m) { return Simd::quad(q + size_t(m) * width + 4 * i); };
    if constexpr (kParts > Rows) {
      I x[Rows];
      for (int m = 0; m < Rows; ++m) x[m] = values(m);
      for (int p = 0; p < kParts; ++p) {
        const typename Format::Quad w = weights(p);
        for (int m = 0; m < Rows; ++m) dots[m][p].add(w, x[m], i);
      }
    } else {
      typename Format::Quad w[kParts];
      for (int p = 0; p < kParts; ++p) w[p] = weights(p);
      for (int m = 0; m < Rows; ++m) {
        const I x = values(m);
        for (int p = 0; p < kParts; ++p) dots[m][p].add(w[p], x, i);
      }
    }
  }
}

// Σ_b fma(scale_w × scale_x, dot, ·), then fma(minimum, scaled_sum, ·), b ascending, for Rows rows:
// every weight is met once, and no sum leaves its register within a block.
template <class Format, int Rows>
void int8_rows(const Byte* block, Ahead ahead, const Int8Rows& x, size_t row, TileOutput out) {
  const uint32_t blocks = x.width / kBlock;
  const int8_t* q = x.q + row * x.width;
  F sum[Rows][kParts];
  for (auto& lanes : sum)
    for (F& s : lanes) s = Simd::zero();
  int sub = 0;
  for (uint32_t b = 0; b < blocks; ++b, q += kBlock) {
    ahead.fetch();
    typename Format::Sum dots[Rows][kParts];
    add_dots<Format, Rows>(block, sub, q, x.width, dots);
    F scale[kParts], minimum[kParts];
    for (int p = 0; p < kParts; ++p) {
      scale[p] = Format::scale(block, p, sub);
      if constexpr (Format::has_minimum) minimum[p] = Format::minimum(block, p, sub);
    }
    for (int m = 0; m < Rows; ++m) {
      const size_t at = (row + size_t(m)) * blocks + b;
      const F scale_x = Simd::set1(x.scale[at]);
      for (int p = 0; p < kParts; ++p) {
        const I total = Format::total(dots[m][p], block, p, sub, x.sums + 2 * at);
        F& s = sum[m][p];
        s = Simd::fma(Simd::mul(scale[p], scale_x), Simd::to_float(total), s);
        if constexpr (Format::has_minimum)
          s = Simd::fma(minimum[p], Simd::set1(x.scaled_sum[at]), s);
      }
    }
    if (++sub == Format::sub_blocks) {
      block += Format::block_bytes;
      sub = 0;
    }
  }
  for (int m = 0; m < Rows; ++m)
    for (int p = 0; p < kParts; ++p)
      Simd::store(out.data + size_t(m) * out.stride + p * Simd::width, sum[m][p]);
}

// The rows that are left over, fewer than Rows + 1, in one pass.
template <class Format, int Rows>
void int8_rest(const Byte* tile, Ahead ahead, const Int8Rows& x, uint32_t first, uint32_t count,
               TileOutput out) {
  if (count == Rows) return int8_rows<Format, Rows>(tile, ahead, x, first, out);
  if constexpr (Rows > 1) int8_rest<Format, Rows - 1>(tile, ahead, x, first, count, out);
}

// As many rows at a time as registers hold; the tile stays in the L1 cache meanwhile.
template <class Format>
void int8_tile(const std::byte* tile, const Int8Rows& x, uint32_t first, uint32_t count,
               TileOutput out) {
  constexpr uint32_t kRows = Format::Sum::rows;
  const uint32_t blocks = x.width / kBlock, passes = (count + kRows - 1) / kRows;
  const auto* weights = reinterpret_cast<const Byte*>(tile);
  for (uint32_t pass = 0; pass < passes; ++pass, first += kRows, out.data += kRows * out.stride) {
    const Ahead ahead =
        ahead_of(weights, blocks, Format::block_bytes / Format::sub_blocks, pass, passes);
    int8_rest<Format, kRows>(weights, ahead, x, first,
                             count - pass * kRows < kRows ? count - pass * kRows : kRows, out);
  }
}

// The dots of int8_tile alone, without scales: what its multiplications would allow. Gives the
// multiplications made; `out` takes the sums, so that they are.
template <class Format>
uint64_t int8_peak(const std::byte* tile, const Int8Rows& x, uint32_t passes, float* out) {
  constexpr int kRows = Format::Sum::rows;
  const uint32_t blocks = x.width / kBlock;
  I sum[kRows][kParts];
  for (auto& lanes : sum)
    for (I& s : lanes) s = Simd::set1_i(0);
  for (uint32_t pass = 0; pass < passes; ++pass) {
    const auto* block = reinterpret_cast<const Byte*>(tile);
    for (uint32_t b = 0; b < blocks; ++b) {
      const int sub = static_cast<int>(b % Format::sub_blocks);
      typename Format::Sum dots[kRows][kParts];
      add_dots<Format, kRows>(block, sub, x.q + b * kBlock, x.width, dots);
      const Byte* last = block;
      if (sub + 1 == Format::sub_blocks) block += Format::block_bytes;
      for (int m = 0; m < kRows; ++m)
        for (int p = 0; p < kParts; ++p)
          sum[m][p] = Simd::add_i(
              sum[m][p], Format::total(dots[m][p], last, p, sub,
                                       x.sums + 2 * (static_cast<uint32_t>(m) * blocks + b)));
    }
  }
  for (int m = 0; m < kRows; ++m)
    for (int p = 0; p < kParts; ++p)
      Simd::store(out + (m * kParts + p) * Simd::width, Simd::to_float(sum[m][p]));
  return uint64_t{kRows} * kOutputs * x.width * passes;
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
