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
  Stretch part(std::uint32_t first, std::uint32_t count) const {
    return {weight, tile + first, count, row, rows};
  }
  Stretch band(std::uint32_t first, std::uint32_t count) const {
    return {weight, tile, tiles, first, count};
  }
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

bool is_int8(const KernelTable& kernels, const Activations& x, const PackedMatrix& weight) {
  return x.int8.q && kernels.int8[static_cast<std::size_t>(weight.dtype)];
}

// As many tiles as a kernel takes at once.
void product_at_once(const KernelTable& kernels, const Activations& x, const Stretch& s,
                     TileOutput out) {
  const auto type = static_cast<std::size_t>(s.weight.dtype);
  if (is_int8(kernels, x, s.weight))
    kernels.int8[type](s.bytes(), s.tiles, x.int8, s.row, s.rows, out);
  else if (kernels.f32[type])
    kernels.f32[type](s.bytes(), s.weight.width, x.f32.row(s.row), x.f32.width, s.rows, out);
  else
    dequantized_product(kernels, x.f32, s, out);
}

// out [rows][16 × tiles] at its stride = x · weightᵀ of a stretch of at most kRowTile rows; of
// kBand where the type has no kernel of its own, as each dequantizes the tile again.
void product(const KernelTable& kernels, const Activations& x, const Stretch& s, TileOutput out) {
  const std::uint32_t step = is_int8(kernels, x, s.weight) ? kernels.int8_tiles : 1;
  if (s.tiles <= step) return product_at_once(kernels, x, s, out);
  for (std::uint32_t i = 0; i < s.tiles; i += step, out.data += step * kTileRows)
    product_at_once(kernels, x, s.part(i, std::min(step, s.tiles - i)), out);
}

std::uint32_t rows_at_once(const KernelTable& kernels, const PackedMatrix& weight) {
  return kernels.f32[static_cast<std::size_t>(weight.dtype)] ? kRowTile : kBand;
}

// out = the product of a stretch, or out += that.
void linear_stretch(const KernelTable& kernels, const Activations& x, const Linear& output,
                    const Stretch& all) {
  const std::uint32_t end = all.row + all.rows, most = rows_at_once(kernels, all.weight);
  const std::uint32_t width = all.tiles * kTileRows, columns = all.columns();
  const auto out = [&](std::uint32_t row) { return output.out.row(row) + all.column(); };
  const bool direct = columns == width && !output.adds;
  float products[kBand * kMostTiles * kTileRows];
  for (std::uint32_t row = all.row; row < end; row += most) {
    const Stretch s = all.band(row, std::min(most, end - row));
    if (direct) {
      product(kernels, x, s, {out(row), output.out.width});
      continue;
    }
    // What will be added to, fetched while the products are made.
    for (std::uint32_t r = 0; output.adds && r < s.rows; ++r) __builtin_prefetch(out(row + r), 1);
    product(kernels, x, s, {products, width});
    for (std::uint32_t r = 0; r < s.rows; ++r)
      if (output.adds)
        kernels.add(out(row + r), products + r * width, columns);
      else
        std::memcpy(out(row + r), products + r * width, columns * sizeof(float));
  }
}

// How many neighbouring tiles a task takes, of so many: some tasks a thread, so that a late thread
// costs little; a task's tiles share its rows in cache. A multiple of `step`.
std::uint32_t tiles_a_task(const Device& device, std::uint32_t tiles, std::uint32_t step) {
  const std::uint32_t share = std::clamp(tiles / (8 * device.pool->size()), step, 16u);
  return (share + step - 1) / step * step;
}

void fetch_span(const void* from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += 64)
    __builtin_prefetch(static_cast<const std::byte*>(from) + at);
}

constexpr std::uint32_t kFewRows = 32;

// Few rows were quantized by all threads: what others wrote comes in at once, not line by line. A
// band's rows lie in the thread's own cache.
void fetch_rows(const Activations& x, std::uint32_t row, std::uint32_t rows) {
  if (!x.int8.q || rows > kFewRows) return;
  const Int8Rows from = x.int8.from(row);
  fetch_span(from.q, std::size_t{rows} * from.width);
  fetch_span(from.scale, std::size_t{rows} * from.blocks() * sizeof(float));
  fetch_span(from.scaled_sum, std::size_t{rows} * from.blocks() * sizeof(float));
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

constexpr std::uint32_t kGatedTiles = kBlock / kTileRows;  // an int8 block of the product

void gated_stretch(const KernelTable& kernels, const Activations& x, const Stretch& gate,
                   const Stretch& up, const Activations& out) {
  const std::uint32_t end = gate.row + gate.rows, width = gate.tiles * kTileRows;
  const std::uint32_t columns = gate.columns(), column = gate.column();
  const std::uint32_t most =
      std::min(rows_at_once(kernels, gate.weight), rows_at_once(kernels, up.weight));
  alignas(64) float gates[kBand * kBlock], ups[kBand * kBlock];
  for (std::uint32_t row = gate.row; row < end; row += most) {
    const std::uint32_t rows = std::min(most, end - row);
    product(kernels, x, gate.band(row, rows), {gates, width});
    product(kernels, x, up.band(row, rows), {ups, width});
    for (std::uint32_t r = 0; r < rows; ++r) {
      float* values = gates + r * width;
      kernels.silu_multiply(values, ups + r * width, columns);
      std::memcpy(out.f32.row(row + r) + column, values, columns * sizeof(float));
    }
    if (out.int8.q) kernels.quantize({gates, width, rows, width}, out.int8, row, column);
  }
}

// At least so many rows are worth one pass instead of two: fewer read each matrix as one stream.
constexpr std::uint32_t kGatedRows = 5;

// What a stretch's buffers hold of so many rows.
std::uint32_t gated_tiles(std::uint32_t rows) {
  return kBand / std::min(rows, kBand) * kGatedTiles;
}

}  // namespace

void host::linear(const Device& device, const Activations& x, std::span<const Linear> outputs) {
  std::uint32_t tiles = 0;
  for (const Linear& output : outputs) tiles += output.weight->tile_count();
  const KernelTable& kernels = *device.kernels;
  const std::uint32_t step = x.int8.q ? kernels.int8_tiles : 1;
  const auto task = [&](std::uint32_t tile, std::uint32_t end, std::uint32_t row,
                        std::uint32_t rows) {
    fetch_rows(x, row, rows);
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
                        const PackedMatrix& up, const Rows& scratch, const Activations& out) {
  if (x.f32.rows < kGatedRows) {
    const Linear both[] = {{&gate, out.f32}, {&up, scratch}};
    host::linear(device, x, both);
    return host::silu_multiply(device, out, scratch);
  }
  const auto task = [&](std::uint32_t tile, std::uint32_t end, std::uint32_t row,
                        std::uint32_t rows) {
    fetch_rows(x, row, rows);
    for (std::uint32_t some; tile < end; tile += some) {
      some = std::min(gated_tiles(rows), end - tile);
      gated_stretch(*device.kernels, x, {gate, tile, some, row, rows}, {up, tile, some, row, rows},
                    out);
    }
  };
  each_task(device, gate.tile_count(), kGatedTiles, x.f32.rows, task);
}

}  // namespace ashlar::kernels
