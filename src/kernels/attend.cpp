// Attention spread over threads: by tiles of query rows and KV heads, and where a step has few rows
// by chunks of the context too. Chunks are joined in ascending order either way, so that it doesn't
// show in the bits.
#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/host_ops.h"

namespace ashlar::kernels {
namespace {

constexpr std::uint32_t kTileQueryRows = 64;  // that share one widening of a KV block
constexpr std::uint32_t kSharedRows = 16;     // steps of at most so many may share out their chunks
constexpr std::uint32_t kEnoughTiles = 6;     // a thread, for their sizes to even out

std::uint32_t chunks_of(std::uint32_t positions) {
  return (positions + kKvChunk - 1) / kKvChunk;
}

std::size_t widened_floats(std::uint32_t head_width) {
  return std::size_t{2} * head_width * kKvBlock;
}

// A thread's longest tiles come first, so that what the others may take off it at the end is short.
// Each keeps its tiles: what they read lies in its cache.
void order(const base::ThreadPool& pool, std::vector<AttentionTile>& tiles) {
  for (unsigned worker = 0; worker < pool.size(); ++worker) {
    const auto [first, last] = pool.dealt(tiles.size(), worker);
    std::ranges::sort(
        std::span(tiles).subspan(first, last - first), {},
        [](const AttentionTile& t) { return std::pair(-std::int64_t{t.start + t.rows}, t.q); });
  }
}

std::vector<AttentionTile> tiles_of(const Device& device, const Rows& q, const KvLayer& layer,
                                    std::span<const AttentionRun> runs, const Rows& out) {
  std::vector<AttentionTile> tiles;
  tiles.reserve(runs.size() * layer.heads);
  const std::uint32_t group = q.width / layer.head_width / layer.heads;
  for (const AttentionRun& run : runs)
    for (std::uint32_t first = 0; first < run.rows; first += kTileQueryRows)
      for (std::uint32_t head = 0; head < layer.heads; ++head) {
        const std::size_t column = std::size_t{head} * group * layer.head_width;
        tiles.push_back({.q = q.row(run.first_row + first) + column,
                         .out = out.row(run.first_row + first) + column,
                         .stride = q.width,
                         .rows = std::min(kTileQueryRows, run.rows - first),
                         .heads = group,
                         .head_width = layer.head_width,
                         .start = run.start + first,
                         .blocks = run.blocks.data(),
                         .k_offset = layer.k_offset + head * layer.head_bytes,
                         .v_offset = layer.v_offset + head * layer.head_bytes,
                         .scale = 1.0f / __builtin_sqrtf(static_cast<float>(layer.head_width)),
                         .scratch = nullptr});
      }
  order(*device.pool, tiles);
  for (std::size_t i = 1; i < tiles.size(); ++i)
    tiles[i - 1].next_keys = tiles[i].blocks[0] + tiles[i].k_offset;
  return tiles;
}

// Whether the columns of every tile are whole int8 blocks.
bool are_blocks(const AttentionTile& tile) {
  return tile.heads * tile.head_width % kBlock == 0;
}

// A tile's rows of out, from its states.
void finish(const KernelTable& kernels, const AttentionTile& tile, const float* states,
            const Activations& out) {
  kernels.finish_attention(tile, states);
  if (!out.int8.q || !are_blocks(tile)) return;
  const auto offset = static_cast<std::size_t>(tile.out - out.f32.data);
  const auto row = static_cast<std::uint32_t>(offset / out.f32.width);
  const auto column = static_cast<std::uint32_t>(offset % out.f32.width);
  kernels.quantize({tile.out, tile.stride, tile.rows, tile.heads * tile.head_width}, out.int8, row,
                   column);
}

// Scratch memory: for each thread a widened block and the states of a tile twice, or instead of
// those the states of every chunk of every tile.
struct Scratch {
  float* widened;
  float* states;

  Scratch(float* memory, unsigned threads, std::uint32_t head_width)
      : widened(memory), states(memory + threads * widened_floats(head_width)) {}
};

// A task is a tile with all its chunks.
void attend_tiles(const Device& device, tensor::Dtype type, std::span<AttentionTile> tiles,
                  const Scratch& scratch, const Activations& out) {
  const KernelTable& kernels = *device.kernels;
  const auto attend_chunk = kernels.attend_chunk[static_cast<std::size_t>(type)];
  const AttentionTile& any = tiles.front();
  const std::size_t state_floats = std::size_t{kTileQueryRows} * any.heads * any.state_floats();
  device.pool->run(tiles.size(), [&](std::size_t i, unsigned worker) {
    AttentionTile tile = tiles[i];
    tile.scratch = scratch.widened + worker * widened_floats(tile.head_width);
    float* states = scratch.states + 2 * worker * state_floats;
    float* part = states + state_floats;
    attend_chunk(tile, 0, states);
    for (std::uint32_t chunk = 1; chunk < tile.chunks(); ++chunk) {
      attend_chunk(tile, chunk, part);
      kernels.join_chunk(tile, part, states);
    }
    finish(kernels, tile, states, out);
  });
}

// A task is a chunk of a tile; then they are joined.
void attend_chunks(const Device& device, tensor::Dtype type, std::span<AttentionTile> tiles,
                   const Scratch& scratch, const Activations& out) {
  struct Task {
    AttentionTile tile;
    std::uint32_t chunk;
    float* states;
  };
  const KernelTable& kernels = *device.kernels;
  const auto attend_chunk = kernels.attend_chunk[static_cast<std::size_t>(type)];
  std::vector<Task> tasks;
  std::vector<float*> first;  // states of each tile's first chunk; the others follow
  float* states = scratch.states;
  for (const AttentionTile& tile : tiles) {
    first.push_back(states);
    for (std::uint32_t chunk = 0; chunk < tile.chunks(); ++chunk) {
      tasks.push_back({tile, chunk, states});
      states += std::size_t{tile.queries()} * tile.state_floats();
    }
  }
  device.pool->run(tasks.size(), [&](std::size_t i, unsigned worker) {
    Task& task = tasks[i];
    task.tile.scratch = scratch.widened + worker * widened_floats(task.tile.head_width);
    attend_chunk(task.tile, task.chunk, task.states);
  });
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const AttentionTile& tile = tiles[i];
    const std::size_t floats = std::size_t{tile.queries()} * tile.state_floats();
    for (std::uint32_t chunk = 1; chunk < tile.chunks(); ++chunk)
      kernels.join_chunk(tile, first[i] + chunk * floats, first[i]);
    finish(kernels, tile, first[i], out);
  }
}

}  // namespace

std::size_t attend_scratch_floats(const AttentionSize& size) {
  const std::size_t row = std::size_t{size.heads} * (size.head_width + 2);  // states of its heads
  const std::size_t tile = kTileQueryRows * row / size.kv_heads;
  const std::size_t shared = std::min(size.rows, kSharedRows) * row * chunks_of(size.positions);
  return size.threads * widened_floats(size.head_width) + std::max(2 * size.threads * tile, shared);
}

void host::attend(const Device& device, const Rows& q, const KvLayer& layer,
                  std::span<const AttentionRun> runs, float* scratch, const Activations& out) {
  std::vector<AttentionTile> tiles = tiles_of(device, q, layer, runs, out.f32);
  const bool deep =
      std::ranges::any_of(tiles, [](const AttentionTile& t) { return t.chunks() > 1; });
  const bool few = q.rows <= kSharedRows && tiles.size() < kEnoughTiles * device.pool->size();
  const auto way = deep && few ? attend_chunks : attend_tiles;
  way(device, layer.type, tiles, Scratch(scratch, device.pool->size(), layer.head_width), out);
  if (are_blocks(tiles.front())) return;
  each_row(device, q.rows, [&](std::uint32_t row) { quantize(device, out, row); });
}

}  // namespace ashlar::kernels
