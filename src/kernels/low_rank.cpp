#include "kernels/low_rank.h"

#include <algorithm>
#include <vector>

#include "kernels/host_ops.h"

namespace ashlar::kernels {
namespace {

const std::byte* tile_of(const PackedMatrix& matrix, std::uint32_t tile) {
  return matrix.tiles + tile * matrix.tile_bytes();
}

KernelTable::F32Tile kernel_of(const KernelTable& kernels, const PackedMatrix& matrix) {
  return kernels.f32[static_cast<std::size_t>(matrix.dtype)];
}

// scale × (down · x) of `rows` rows: [rows][rank, in whole tiles].
std::vector<float> squeeze(const KernelTable& kernels, const LowRank& pair, const Rows& x) {
  const std::uint32_t tiles = pair.down.tile_count(), stride = tiles * kTileRows;
  std::vector<float> narrow(std::size_t{x.rows} * stride);
  for (std::uint32_t tile = 0; tile < tiles; ++tile)
    kernel_of(kernels, pair.down)(tile_of(pair.down, tile), x.width, x.data, x.width, x.rows,
                                  {narrow.data() + tile * kTileRows, stride});
  for (float& value : narrow) value *= pair.scale;
  return narrow;
}

// At most kRowTile rows.
void update_rows(const KernelTable& kernels, const LowRank& pair, const Rows& x, const Rows& out) {
  const std::vector<float> narrow = squeeze(kernels, pair, x);
  const std::uint32_t stride = pair.down.tile_count() * kTileRows;
  float wide[kRowTile * kTileRows];
  for (std::uint32_t tile = 0; tile < pair.up.tile_count(); ++tile) {
    const std::uint32_t column = tile * kTileRows;
    const std::uint32_t count = std::min(kTileRows, out.width - column);
    kernel_of(kernels, pair.up)(tile_of(pair.up, tile), pair.up.width, narrow.data(), stride,
                                x.rows, {wide, kTileRows});
    for (std::uint32_t r = 0; r < x.rows; ++r)
      kernels.add(out.row(r) + column, wide + r * kTileRows, count);
  }
}

}  // namespace

void host::add_low_rank(const Device& device, std::span<const LowRankUpdate> updates) {
  struct Task {
    const LowRankUpdate* update;
    std::uint32_t first;
  };
  std::vector<Task> tasks;
  for (const LowRankUpdate& update : updates)
    for (std::uint32_t first = 0; first < update.x.rows; first += kRowTile)
      tasks.push_back({&update, first});
  device.pool->run(tasks.size(), [&](std::size_t i, unsigned) {
    const auto& [update, first] = tasks[i];
    const std::uint32_t rows = std::min(kRowTile, update->x.rows - first);
    update_rows(*device.kernels, *update->pair, update->x.part(first, rows),
                update->out.part(first, rows));
  });
}

}  // namespace ashlar::kernels
