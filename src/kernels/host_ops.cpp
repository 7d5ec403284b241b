// The operations on the host's memory, spread over its threads.
#include "kernels/host_ops.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/operations.h"

namespace ashlar::kernels {
namespace {

constexpr std::uint32_t kLinearRows = 128;  // rows of activations a task of linear() covers
constexpr std::uint32_t kChain = 256;       // K in one chain of the f32 kernels

// Calls task(row) for every row, in strips over the threads; few rows stay on the caller.
template <class Task>
void each_row(const Device& device, std::uint32_t rows, Task task) {
  constexpr std::uint32_t kStrip = 4;
  const std::uint32_t strips = (rows + kStrip - 1) / kStrip;
  device.pool->run(strips, [&](std::size_t strip, unsigned) {
    const auto first = static_cast<std::uint32_t>(strip) * kStrip;
    for (std::uint32_t r = first; r < std::min(first + kStrip, rows); ++r) task(r);
  });
}

// One tile of a matrix and the rows that it is multiplied with.
struct TileWork {
  const KernelTable& kernels;
  const Activations& x;
  const Linear& output;
  std::uint32_t tile;

  const PackedMatrix& weight() const { return *output.weight; }
  std::uint32_t outputs() const {  // the last tile may have fewer than the kernels write
    return std::min(kTileRows, weight().rows - tile * kTileRows);
  }
  float* out(std::uint32_t row) const { return output.out.row(row) + tile * kTileRows; }

  // What `put` will add to, fetched while the products are made.
  void expect(std::uint32_t first, std::uint32_t count) const {
    for (std::uint32_t r = 0; output.adds && r < count; ++r) __builtin_prefetch(out(first + r), 1);
  }

  // Products [count][16] of rows from `first` on go where they belong.
  void put(const float* products, std::uint32_t first, std::uint32_t count) const {
    for (std::uint32_t r = 0; r < count; ++r, products += kTileRows) {
      if (output.adds)
        kernels.add(out(first + r), products, outputs());
      else
        std::memcpy(out(first + r), products, outputs() * sizeof(float));
    }
  }
};

// A type that has no kernel of its own: a chain's length of the tile becomes f32 and its product is
// added, in the order of the f32 kernels and with their bits. At most kLinearRows rows.
void dequantized_tile(const TileWork& work, std::uint32_t first, std::uint32_t count) {
  const Rows& x = work.x.f32;
  const auto f32 = work.kernels.f32[static_cast<std::size_t>(tensor::Dtype::f32)];
  alignas(64) float weights[kChain * kTileRows];
  float sums[kLinearRows * kTileRows] = {}, product[kLinearRows * kTileRows];
  for (std::uint32_t k = 0; k < x.width; k += kChain) {
    const std::uint32_t length = std::min(kChain, x.width - k);
    dequantize_tile(work.weight(), work.tile, k, length, weights);
    f32(reinterpret_cast<const std::byte*>(weights), length, x.row(first) + k, x.width, count,
        {product, kTileRows});
    work.kernels.add(sums, product, count * kTileRows);
  }
  work.put(sums, first, count);
}

// One tile of one matrix times a stretch of rows.
void linear_tile(const TileWork& work, std::uint32_t first, std::uint32_t count) {
  const PackedMatrix& w = work.weight();
  const Activations& x = work.x;
  const std::byte* bytes = w.tiles + work.tile * w.tile_bytes();
  const auto type = static_cast<std::size_t>(w.dtype);
  if (!work.kernels.f32[type]) return dequantized_tile(work, first, count);
  const bool direct = work.outputs() == kTileRows && !work.output.adds;
  float products[kRowTile * kTileRows];
  for (std::uint32_t end = first + count; first < end; first += kRowTile) {
    const std::uint32_t rows = std::min(kRowTile, end - first);
    work.expect(first, rows);
    const TileOutput out = direct ? TileOutput{work.out(first), work.output.out.width}
                                  : TileOutput{products, kTileRows};
    if (x.int8.q && work.kernels.int8[type])
      work.kernels.int8[type](bytes, x.int8, first, rows, out);
    else
      work.kernels.f32[type](bytes, w.width, x.f32.row(first), x.f32.width, rows, out);
    if (!direct) work.put(products, first, rows);
  }
}

// The run that a row belongs to.
const AttentionRun& run_of(std::span<const AttentionRun> runs, std::uint32_t row) {
  return *std::prev(std::ranges::upper_bound(runs, row, {}, &AttentionRun::first_row));
}

}  // namespace

namespace host {
namespace {

void embed(const Device& device, const PackedMatrix& table, std::span<const std::uint32_t> ids,
           const Rows& out) {
  const tensor::Codec& codec = tensor::codec_of(table.dtype);
  each_row(device, out.rows, [&](std::uint32_t r) {
    std::vector<std::byte> row(codec.bytes_for(table.width));
    unpack_row(table, ids[r], row.data());
    codec.dequantize(row.data(), out.row(r), table.width / codec.block_elements);
  });
}

void rms_norm(const Device& device, const Rows& x, std::span<const float> weight, float epsilon,
              const Activations& out) {
  each_row(device, x.rows, [&](std::uint32_t r) {
    device.kernels->rms_norm(x.row(r), weight.data(), x.width, epsilon, out.f32.row(r));
    if (out.int8.q) device.kernels->quantize(out.f32.row(r), r, out.int8);
  });
}

void quantize(const Device& device, const Activations& x) {
  if (!x.int8.q) return;
  each_row(device, x.f32.rows,
           [&](std::uint32_t r) { device.kernels->quantize(x.f32.row(r), r, x.int8); });
}

void linear(const Device& device, const Activations& x, std::span<const Linear> outputs) {
  std::uint32_t tiles = 0;
  for (const Linear& output : outputs) tiles += output.weight->tile_count();
  const std::uint32_t rows = x.f32.rows, bands = (rows + kLinearRows - 1) / kLinearRows;
  // Some tasks a thread, so that a late thread costs little; a task's tiles share its rows in
  // cache.
  const std::uint32_t group = std::clamp(tiles / (8 * device.pool->size()), 1u, 16u);
  const std::uint32_t groups = (tiles + group - 1) / group;
  device.pool->run(std::size_t{groups} * bands, [&](std::size_t task, unsigned) {
    const auto first_row = static_cast<std::uint32_t>(task / groups) * kLinearRows;
    const std::uint32_t count = std::min(kLinearRows, rows - first_row);
    auto tile = static_cast<std::uint32_t>(task % groups) * group;
    const std::uint32_t end = std::min(tile + group, tiles);
    std::uint32_t offset = 0;  // of the matrix at hand among all tiles
    for (const Linear& output : outputs) {
      const std::uint32_t next = offset + output.weight->tile_count();
      for (; tile < std::min(end, next); ++tile)
        linear_tile({*device.kernels, x, output, tile - offset}, first_row, count);
      offset = next;
    }
  });
}

void silu_multiply(const Device& device, const Activations& gate, const Rows& up) {
  each_row(device, up.rows, [&](std::uint32_t r) {
    device.kernels->silu_multiply(gate.f32.row(r), up.row(r), up.width);
    if (gate.int8.q) device.kernels->quantize(gate.f32.row(r), r, gate.int8);
  });
}

void rotate_and_store(const Device& device, const Rows& q, const Rows& k, const Rows& v,
                      const RopeTable& rope, const KvLayer& layer,
                      std::span<const AttentionRun> runs) {
  const std::uint32_t half = layer.head_width / 2, q_heads = q.width / layer.head_width;
  const auto store = device.kernels->store_kv[static_cast<std::size_t>(layer.type)];
  each_row(device, q.rows, [&](std::uint32_t row) {
    const AttentionRun& run = run_of(runs, row);
    const std::uint32_t position = run.start + row - run.first_row;
    const float* cos = rope.cos + std::size_t{position} * half;
    const float* sin = rope.sin + std::size_t{position} * half;
    device.kernels->rope(q.row(row), cos, sin, q_heads, layer.head_width);
    device.kernels->rope(k.row(row), cos, sin, layer.heads, layer.head_width);
    std::byte* block = run.blocks[position / kKvBlock];
    for (std::uint32_t h = 0; h < layer.heads; ++h)
      store(k.row(row) + h * layer.head_width, v.row(row) + h * layer.head_width, layer.head_width,
            position % kKvBlock, block + layer.k_offset + h * layer.head_bytes,
            block + layer.v_offset + h * layer.head_bytes);
  });
}

void select_rows(const Device& device, const Rows& x, std::span<const std::uint32_t> indices,
                 const Rows& out) {
  each_row(device, out.rows, [&](std::uint32_t r) {
    std::memcpy(out.row(r), x.row(indices[r]), x.width * sizeof(float));
  });
}

std::span<const float> read(const Device& /*device*/, const Rows& x) {
  return {x.data, std::size_t{x.rows} * x.width};
}

}  // namespace
}  // namespace host

const Operations host_operations = {.embed = host::embed,
                                    .rms_norm = host::rms_norm,
                                    .quantize = host::quantize,
                                    .linear = host::linear,
                                    .add_low_rank = host::add_low_rank,
                                    .silu_multiply = host::silu_multiply,
                                    .rotate_and_store = host::rotate_and_store,
                                    .attend = host::attend,
                                    .select_rows = host::select_rows,
                                    .read = host::read};

}  // namespace ashlar::kernels
