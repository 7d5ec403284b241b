// The numeric kernels of one instruction set as a table of functions. Each kernel has one reduction
// order, the same in every table (docs/architecture.md, "Numbers that are the same everywhere"):
//   chain    K ascending; lanes run over outputs
//   lanes16  16 f32 lanes over K, then one tree
// so that every table gives the same bits. Threads are the caller's business (kernels/ops.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "tensor/codec.h"

namespace ashlar::kernels {

inline constexpr std::uint32_t kTileRows = 16;  // outputs in a packed tile
inline constexpr std::uint32_t kBlock = 32;     // K in an int8 block
inline constexpr std::uint32_t kRowTile = 64;   // activation rows in one call of `int8`
inline constexpr std::uint32_t kMostTiles = 2;  // in one call of `int8`
inline constexpr std::uint32_t kKvBlock = 64;   // positions in a KV block
inline constexpr std::uint32_t kKvChunk = 256;  // positions that attention sums by themselves
inline constexpr std::size_t kDtypes = 12;      // rows of tensor::codecs()

// Activations quantized per row and block of 32 to ±127 (round to nearest even):
//   q [rows][K], scale = amax / 127 and scaled_sum = scale × Σ q [rows][K / 32], sums = Σ q of
//   each half of a block, exact [rows][K / 16].
struct Int8Rows {
  std::int8_t* q;
  float* scale;
  float* scaled_sum;
  std::int32_t* sums;
  std::uint32_t width;  // K, a multiple of 32
  std::uint32_t blocks() const { return width / kBlock; }
  Int8Rows from(std::size_t row) const {
    const std::size_t block = row * blocks();
    return {q + row * width, scale + block, scaled_sum + block, sums + 2 * block, width};
  }
};

// Some columns of some rows: data[row × stride + column].
struct FloatTile {
  const float* data;
  std::size_t stride;
  std::uint32_t rows, columns;
};

// Packed tiles times a stretch of activation rows: out[row × stride + lane], 16 lanes a tile.
struct TileOutput {
  float* data;
  std::size_t stride;
};

// A stretch of query rows of one sequence for one KV head.
//   q, out [rows][heads × head_width] at a stride; row r sits at position start + r and sees
//   0 … start + r. A block holds K [head_width][64] and V [64][head_width] at the offsets, in
//   bytes; a type with scales has them behind (kernels/kv_formats.h).
struct AttentionTile {
  const float* q;
  float* out;
  std::size_t stride;
  std::uint32_t rows, heads, head_width, start;
  const std::byte* const* blocks;
  std::size_t k_offset, v_offset;
  float scale;
  float* scratch;                        // 2 × head_width × 64 floats: a block, widened
  const std::byte* next_keys = nullptr;  // what is likely read after this tile, to be fetched

  std::uint32_t queries() const { return rows * heads; }
  std::uint32_t chunks() const { return (start + rows - 1) / kKvChunk + 1; }
  // A query's softmax over some positions: {largest score, Σ exp, Σ exp × V [head_width]}.
  std::uint32_t state_floats() const { return head_width + 2; }
};

struct KernelTable {
  std::string_view name;  // "scalar", "avx2", "avx512", "neon"

  // x → rows of out from (`row`, `column`) on; columns are multiples of 32.
  void (*quantize)(const FloatTile& x, const Int8Rows& out, std::uint32_t row,
                   std::uint32_t column);
  std::uint32_t int8_tiles;  // that the int8 kernels take at once, at most
  // Packed tiles, one behind another, × int8 rows [first, first + count), count ≤ kRowTile; a row
  // of out has 16 values for each tile. Null: the type has no int8 form. Integer dots are exact;
  // the block terms accumulate in block order with fma (chain).
  using Int8Tiles = void (*)(const std::byte* data, std::uint32_t tiles, const Int8Rows& x,
                             std::uint32_t first, std::uint32_t count, TileOutput out);
  std::array<Int8Tiles, kDtypes> int8;
  // The integer dots of `int8` alone over int8_tiles tiles and kRowTile rows at most, `passes`
  // times: a roofline. Gives the multiplications made; out [kRowTile × 16] takes what they came to.
  using Int8Peak = std::uint64_t (*)(const std::byte* data, const Int8Rows& x, std::uint32_t passes,
                                     float* out);
  std::array<Int8Peak, kDtypes> int8_peak;
  // Packed tile [K][16 outputs] × f32 rows x [count][width]: chain in blocks of 256. Null: the type
  // has no packed form of its own; linear() dequantizes stretches of a tile and runs f32's kernel.
  using F32Tile = void (*)(const std::byte* tile, std::uint32_t width, const float* x,
                           std::size_t x_stride, std::uint32_t count, TileOutput out);
  std::array<F32Tile, kDtypes> f32;

  // out = x / sqrt(mean(x²) + epsilon) × weight; lanes16.
  void (*rms_norm)(const float* x, const float* weight, std::uint32_t width, float epsilon,
                   float* out);
  // gate = silu(gate) × up
  void (*silu_multiply)(float* gate, const float* up, std::uint32_t width);
  // x += y
  void (*add)(float* x, const float* y, std::uint32_t width);
  // Rotates the pairs (2i, 2i + 1) of each head: cos, sin [head_width / 2].
  void (*rope)(float* x, const float* cos, const float* sin, std::uint32_t heads,
               std::uint32_t head_width);
  // Writes one position's key and value of one KV head into its block (slot < 64). Null: KV has no
  // such type.
  using StoreKv = void (*)(const float* key, const float* value, std::uint32_t head_width,
                           std::uint32_t slot, void* k, void* v);
  std::array<StoreKv, kDtypes> store_kv;
  // states [queries] of the tile over the chunk-th 256 positions: an online softmax over its KV
  // blocks in ascending order; scores and values are chains over what is stored, widened to f32.
  using AttendChunk = void (*)(const AttentionTile&, std::uint32_t chunk, float* states);
  std::array<AttendChunk, kDtypes> attend_chunk;
  // Adds a chunk's states to those of the chunks before it.
  void (*join_chunk)(const AttentionTile&, const float* chunk, float* states);
  // out = Σ exp × V / Σ exp
  void (*finish_attention)(const AttentionTile&, const float* states);
};

// How a table multiplies by weights of a type: "int8" and "f32" are kernels on the packed form
// (int8 where the precision is fast), "dequantized" goes through f32 a stretch of a tile at a time.
std::string_view kernel_of(const KernelTable& table, tensor::Dtype dtype);

// Tables built in and usable on this machine, the plainest first.
std::span<const KernelTable* const> available();
std::span<const std::string_view> built_in();

// The best table of this machine, or the one that $ASHLAR_ISA names; an unknown or unusable name is
// an error.
Result<const KernelTable*> choose();

}  // namespace ashlar::kernels
