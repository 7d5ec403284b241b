// Matrix products on the host: tiles of outputs and bands of rows are shared out to the threads.
#include <algorithm>
#include <cstring>

#include "kernels/host_ops.h"

namespace ashlar::kernels {
namespace {

constexpr std::uint32_t kBand = 128;   // rows that a task covers
constexpr std::uint32_t kChain = 256;  // K in one chain of the f32 kernels

// Tiles of a matrix and rows that they are multiplied with; the last tile may have fewer outputs
// than the kernels write.
struct Stretch {
  const PackedMatrix& weight;
  std::uint32_t tile, tiles, row, rows;

  std::uint32_t column() const { return tile * kTileRows; }
  std::uint32_t columns() const { return std::min(tiles * kTileRows, weight.rows - column()); }
  const std::byte* bytes() const { return weight.tiles + tile * weight.tile_bytes(); }
  Stretch only(std::uint32_t i) const { return {weight, tile + i, 1, row, rows}; }
};

// A type that has no kernel of its own: a chain's length of the tile becomes f32 and its product is
// added, in the order of the f32 kernels and with their bits. At most kBand rows, one tile.
void dequantized_product(const KernelTable& kernels, const Rows& x, const Stretch& s,
                         TileOutput out) {
  const auto f32 = kernels.f32[static_cast<std::size_t>(tensor::Dtype::f32)];
  alignas(64) float weights[kChain * kTileRows];
  float product[kBand * kTileRows];
  for (std::uint32_t r = 0; r < s.rows; ++r)
    std::fill_n(out.data + r * out.stride, kTileRows, 0.0f);
  for (std::uint32_t k = 0; k < x.width; k += kChain) {
    const std::uint32_t length = std::min(kChain, x.width - k);
    dequantize_tile(s.weight, s.tile, k, length, weights);
    f32(reinterpret_cast<const std::byte*>(weights), length, x.row(s.row) + k, x.width, s.rows,
        {product, kTileRows});
    for (std::uint32_t r = 0; r < s.rows; ++r)
      kernels.add(out.data + r * out.stride, product + r * kTileRows, kTileRows);
  }
}

// out [rows][16 × tiles] at its stride = x · weightᵀ of a stretch of at most kRowTile rows; of
// kBand where the type has no kernel of its own, as each dequantizes the tile again.
void product(const KernelTable& kernels, const Activations& x, const Stretch& s, TileOutput out) {
  const auto type = static_cast<std::size_t>(s.weight.dtype);
  if (x.int8.q && kernels.int8[type] && s.tiles <= kernels.int8_tiles)
    return kernels.int8[type](s.bytes(), s.tiles, x.int8, s.row, s.rows, out);
  if (s.tiles > 1) {
    for (std::uint32_t i = 0; i < s.tiles; ++i)
      product(kernels, x, s.only(i), {out.data + i * kTileRows, out.stride});
    return;
  }
  if (x.int8.q && kernels.int8[type])
    kernels.int8[type](s.bytes(), 1, x.int8, s.row, s.rows, out);
  else if (kernels.f32[type])
    kernels.f32[type](s.bytes(), s.weight.width, x.f32.row(s.row), x.f32.width, s.rows, out);
  else
    dequantized_product(kernels, x.f32, s, out);
}

std::uint32_t rows_at_once(const KernelTable& kernels, const PackedMatrix& weight) {
  return kernels.f32[static_cast<std::size_t>(weight.dtype)] ? kRowTile : kBand;
}

// out = the product of a stretch, or out += that.
void linear_stretch(const KernelTable& kernels, const Activations& x, const Linear& output,
                    Stretch s) {
  const std::uint32_t end = s.row + s.rows, most = rows_at_once(kernels, s.weight);
  const std::uint32_t width = s.tiles * kTileRows;
  const auto out = [&](std::uint32_t row) { return output.out.row(row) + s.column(); };
  const bool direct = s.columns() == width && !output.adds;
  float products[kBand * kMostTiles * kTileRows];
  for (; s.row < end; s.row += s.rows) {
    s.rows = std::min(most, end - s.row);
    if (direct) {
      product(kernels, x, s, {out(s.row), output.out.width});
      continue;
    }
    // What will be added to, fetched while the products are made.
    for (std::uint32_t r = 0; output.adds && r < s.rows; ++r) __builtin_prefetch(out(s.row + r), 1);
    product(kernels, x, s, {products, width});
    for (std::uint32_t r = 0; r < s.rows; ++r)
      if (output.adds)
        kernels.add(out(s.row + r), products + r * width, s.columns());
      else
        std::memcpy(out(s.row + r), products + r * width, s.columns() * sizeof(float));
  }
}

// How many neighbouring tiles a task takes, of so many: some tasks a thread, so that a late thread
// costs little; a task's tiles share its rows in cache. A multiple of `step`.
std::uint32_t tiles_a_task(const Device& device, std::uint32_t tiles, std::uint32_t step) {
  const std::uint32_t share = std::clamp(tiles / (8 * device.pool->size()), step, 16u);
  return (share + step - 1) / step * step;
}

// Calls task(first tile, tile behind the last, first row, rows) over all threads.
template <class Task>
void each_task(const Device& device, std::uint32_t tiles, std::uint32_t step, std::uint32_t rows,
               Task task) {
  const std::uint32_t bands = (rows + kBand - 1) / kBand, group = tiles_a_task(device, tiles, step);
  const std::uint32_t groups = (tiles + group - 1) / group;
  device.pool->run(std::size_t{groups} * bands, [&](std::size_t i, unsigned) {
    const auto row = static_cast<std::uint32_t>(i / groups) * kBand;
    const auto tile = static_cast<std::uint32_t>(i % groups) * group;
    task(tile, std::min(tile + group, tiles), row, std::min(kBand, rows - row));
  });
}

// The rows that `gate` and `up` are made of, for a block of columns of the product.
constexpr std::uint32_t kGatedTiles = kBlock / kTileRows;

void gated_stretch(const KernelTable& kernels, const Activations& x, Stretch gate, Stretch up,
                   const Activations& out) {
  const std::uint32_t end = gate.row + gate.rows;
  const std::uint32_t most =
      std::min(rows_at_once(kernels, gate.weight), rows_at_once(kernels, up.weight));
  alignas(64) float gates[kBand * kBlock], ups[kBand * kBlock];
  for (std::uint32_t row = gate.row, rows; row < end; row += rows) {
    rows = std::min(most, end - row);
    gate.row = up.row = row;
    gate.rows = up.rows = rows;
    product(kernels, x, gate, {gates, kBlock});
    product(kernels, x, up, {ups, kBlock});
    for (std::uint32_t r = 0; r < rows; ++r) {
      float* values = gates + r * kBlock;
      kernels.silu_multiply(values, ups + r * kBlock, gate.columns());
      std::memcpy(out.f32.row(row + r) + gate.column(), values, gate.columns() * sizeof(float));
      if (out.int8.q) kernels.quantize(values, kBlock, out.int8, row + r, gate.column());
    }
  }
}

}  // namespace

void host::linear(const Device& device, const Activations& x, std::span<const Linear> outputs) {
  std::uint32_t tiles = 0;
  for (const Linear& output : outputs) tiles += output.weight->tile_count();
  const KernelTable& kernels = *device.kernels;
  const std::uint32_t step = x.int8.q ? kernels.int8_tiles : 1;
  const auto task = [&](std::uint32_t tile, std::uint32_t end, std::uint32_t row,
                        std::uint32_t rows) {
    std::uint32_t offset = 0;  // of the matrix at hand among all tiles
    for (const Linear& output : outputs) {
      const std::uint32_t next = offset + output.weight->tile_count();
      for (std::uint32_t some; tile < std::min(end, next); tile += some) {
        some = std::min(step, std::min(end, next) - tile);
        linear_stretch(kernels, x, output, {*output.weight, tile - offset, some, row, rows});
      }
      offset = next;
    }
  };
  each_task(device, tiles, step, x.f32.rows, task);
}

void host::gated_linear(const Device& device, const Activations& x, const PackedMatrix& gate,
                        const PackedMatrix& up, const Activations& out) {
  const auto task = [&](std::uint32_t tile, std::uint32_t end, std::uint32_t row,
                        std::uint32_t rows) {
    for (std::uint32_t some; tile < end; tile += some) {
      some = std::min(kGatedTiles, end - tile);
      gated_stretch(*device.kernels, x, {gate, tile, some, row, rows}, {up, tile, some, row, rows},
                    out);
    }
  };
  each_task(device, gate.tile_count(), kGatedTiles, x.f32.rows, task);
}

}  // namespace ashlar::kernels
