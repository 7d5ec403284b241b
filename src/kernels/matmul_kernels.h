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
  Ahead() = default;
  Ahead(const Byte* from, uint32_t bytes_a_block) : at_(from), end_(from), step_(bytes_a_block) {}
  void fetch() {
    for (end_ += step_; at_ < end_; at_ += 64) __builtin_prefetch(at_);
  }

 private:
  const Byte *at_ = nullptr, *end_ = nullptr;
  uint32_t step_ = 0;
};

constexpr uint32_t kOnceAhead = 1024;  // bytes

// Of a tile of so much K.
template <class Format>
size_t tile_bytes(uint32_t width) {
  return size_t{width / kBlock} * (Format::block_bytes / Format::sub_blocks);
}

// What a pass over tiles that lie one behind another fetches.
struct Pass {
  uint32_t number, of;
  size_t tile_bytes, next;  // bytes to the tiles that come after these
  uint32_t block_bytes;

  Ahead ahead(const Byte* tile) const {
    if (of == 1) return {tile + kOnceAhead, block_bytes};
    const size_t share = block_bytes / of;
    return {tile + next + number * (tile_bytes / block_bytes) * share,
            static_cast<uint32_t>(share)};
  }
};

// Registers across so many tiles.
template <int Tiles>
constexpr int across = Tiles * kParts;

// Rows rows × 16 outputs of a block of each tile in integers: exact. What there is less of, weights
// or activations, stays in registers meanwhile.
template <class Format, int Rows, int Tiles>
[[gnu::always_inline]] inline void add_dots(const Byte* const (&block)[Tiles], int sub,
                                            const int8_t* q, uint32_t width,
                                            typename Format::Sum (&dots)[Rows][across<Tiles>]) {
#pragma GCC unroll 8
  for (int i = 0; i < kQuads; ++i) {
    const auto weights = [&](int p) { return Format::quad(block[p / kParts], p % kParts, sub, i); };
    const auto values = [&](int m) { return Simd::quad(q + size_t(m) * width + 4 * i); };
    if constexpr (across<Tiles> > Rows) {
      I x[Rows];
      for (int m = 0; m < Rows; ++m) x[m] = values(m);
      for (int p = 0; p < across<Tiles>; ++p) {
        const typename Format::Quad w = weights(p);
        for (int m = 0; m < Rows; ++m) dots[m][p].add(w, x[m], i);
      }
    } else {
      typename Format::Quad w[across<Tiles>];
      for (int p = 0; p < across<Tiles>; ++p) w[p] = weights(p);
      for (int m = 0; m < Rows; ++m) {
        const I x = values(m);
        for (int p = 0; p < across<Tiles>; ++p) dots[m][p].add(w[p], x, i);
      }
    }
  }
}

// Σ_b fma(scale_w × scale_x, dot, ·), then fma(minimum, scaled_sum, ·), b ascending, for Rows rows:
// every weight is met once, and no sum leaves its register within a block.
template <class Format, int Rows, int Tiles>
void int8_rows(const Byte* tiles, const Pass& pass, const Int8Rows& x, size_t row, TileOutput out) {
  const uint32_t blocks = x.width / kBlock;
  const int8_t* q = x.q + row * x.width;
  const Byte* block[Tiles];
  Ahead ahead[Tiles];
  for (int t = 0; t < Tiles; ++t) {
    block[t] = tiles + size_t(t) * pass.tile_bytes;
    ahead[t] = pass.ahead(block[t]);
  }
  F sum[Rows][across<Tiles>];
  for (auto& lanes : sum)
    for (F& s : lanes) s = Simd::zero();
  int sub = 0;
  for (uint32_t b = 0; b < blocks; ++b, q += kBlock) {
    for (Ahead& a : ahead) a.fetch();
    typename Format::Sum dots[Rows][across<Tiles>];
    add_dots<Format, Rows, Tiles>(block, sub, q, x.width, dots);
    F scale[across<Tiles>], minimum[across<Tiles>];
    for (int p = 0; p < across<Tiles>; ++p) {
      scale[p] = Format::scale(block[p / kParts], p % kParts, sub);
      if constexpr (Format::has_minimum)
        minimum[p] = Format::minimum(block[p / kParts], p % kParts, sub);
    }
    for (int m = 0; m < Rows; ++m) {
      const size_t at = (row + size_t(m)) * blocks + b;
      const F scale_x = Simd::set1(x.scale[at]);
      for (int p = 0; p < across<Tiles>; ++p) {
        const I total =
            Format::total(dots[m][p], block[p / kParts], p % kParts, sub, x.sums + 2 * at);
        F& s = sum[m][p];
        s = Simd::fma(Simd::mul(scale[p], scale_x), Simd::to_float(total), s);
        if constexpr (Format::has_minimum)
          s = Simd::fma(minimum[p], Simd::set1(x.scaled_sum[at]), s);
      }
    }
    if (++sub == Format::sub_blocks) {
      for (const Byte*& at : block) at += Format::block_bytes;
      sub = 0;
    }
  }
  for (int m = 0; m < Rows; ++m)
    for (int p = 0; p < across<Tiles>; ++p)
      Simd::store(out.data + size_t(m) * out.stride + p * Simd::width, sum[m][p]);
}

// The rows that are left over, fewer than Rows + 1, in one pass.
template <class Format, int Rows, int Tiles>
void int8_rest(const Byte* tiles, const Pass& pass, const Int8Rows& x, uint32_t first,
               uint32_t count, TileOutput out) {
  if (count == Rows) return int8_rows<Format, Rows, Tiles>(tiles, pass, x, first, out);
  if constexpr (Rows > 1) int8_rest<Format, Rows - 1, Tiles>(tiles, pass, x, first, count, out);
}

// As many rows at a time as registers hold; the tiles stay in the L1 cache meanwhile.
template <class Format, int Tiles>
void int8_passes(const Byte* tiles, const Int8Rows& x, uint32_t first, uint32_t count,
                 TileOutput out) {
  constexpr int kRows = Format::Sum::rows / Tiles;
  const size_t bytes = tile_bytes<Format>(x.width);
  Pass pass{0, (count + kRows - 1) / kRows, bytes, Tiles * bytes,
            Format::block_bytes / Format::sub_blocks};
  for (; pass.number < pass.of; ++pass.number) {
    const uint32_t done = pass.number * kRows, left = count - done;
    int8_rest<Format, kRows, Tiles>(tiles, pass, x, first + done, left < kRows ? left : kRows,
                                    {out.data + done * out.stride, out.stride});
  }
}

// One tile at a time where one pass takes all rows: memory is read as one stream then.
template <class Format>
void int8_tiles(const std::byte* data, uint32_t tiles, const Int8Rows& x, uint32_t first,
                uint32_t count, TileOutput out) {
  const auto* tile = reinterpret_cast<const Byte*>(data);
  if (Simd::tiles > 1 && tiles == Simd::tiles && count > Format::Sum::rows)
    return int8_passes<Format, Simd::tiles>(tile, x, first, count, out);
  for (uint32_t t = 0; t < tiles; ++t, tile += tile_bytes<Format>(x.width), out.data += kOutputs)
    int8_passes<Format, 1>(tile, x, first, count, out);
}

// The dots of int8_tiles alone, without scales: what its multiplications would allow. Gives the
// multiplications made; `out` takes the sums, so that they are.
template <class Format>
uint64_t int8_peak(const std::byte* data, const Int8Rows& x, uint32_t passes, float* out) {
  constexpr int kTiles = Simd::tiles, kRows = Format::Sum::rows / kTiles, kAcross = across<kTiles>;
  const uint32_t blocks = x.width / kBlock;
  I sum[kRows][kAcross];
  for (auto& lanes : sum)
    for (I& s : lanes) s = Simd::set1_i(0);
  for (uint32_t pass = 0; pass < passes; ++pass) {
    const Byte* block[kTiles];
    for (int t = 0; t < kTiles; ++t)
      block[t] = reinterpret_cast<const Byte*>(data) + size_t(t) * tile_bytes<Format>(x.width);
    for (uint32_t b = 0; b < blocks; ++b) {
      const int sub = static_cast<int>(b % Format::sub_blocks);
      typename Format::Sum dots[kRows][kAcross];
      add_dots<Format, kRows, kTiles>(block, sub, x.q + b * kBlock, x.width, dots);
      for (int m = 0; m < kRows; ++m)
        for (int p = 0; p < kAcross; ++p)
          sum[m][p] = Simd::add_i(
              sum[m][p], Format::total(dots[m][p], block[p / kParts], p % kParts, sub,
                                       x.sums + 2 * (static_cast<uint32_t>(m) * blocks + b)));
      if (sub + 1 == Format::sub_blocks)
        for (const Byte*& at : block) at += Format::block_bytes;
    }
  }
  for (int m = 0; m < kRows; ++m)
    for (int p = 0; p < kAcross; ++p)
      Simd::store(out + (m * kAcross + p) * Simd::width, Simd::to_float(sum[m][p]));
  return uint64_t{kRows} * kTiles * kOutputs * x.width * passes;
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
