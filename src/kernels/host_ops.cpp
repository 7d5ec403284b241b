// The operations on the host's memory, spread over its threads.
#include "kernels/host_ops.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/operations.h"

namespace ashlar::kernels {
namespace {

// The run that a row belongs to.
const AttentionRun& run_of(std::span<const AttentionRun> runs, std::uint32_t row) {
  return *std::prev(std::ranges::upper_bound(runs, row, {}, &AttentionRun::first_row));
}

}  // namespace

namespace host {
namespace {

constexpr std::uint32_t kBandRows = 64;    // whose activations fit a core's own cache
constexpr std::uint32_t kWorthwhile = 32;  // rows a thread, to read all weights for itself

std::vector<Band> bands_of(const Device& device, std::uint32_t rows) {
  const std::uint32_t threads = device.pool->size();
  if (threads == 1 || rows < kWorthwhile * threads) return {{0, rows}};
  constexpr std::uint32_t kRows = 4;  // that int8 kernels take at once
  const auto parts_of = [](std::uint32_t whole, std::uint32_t part) {
    return (whole + part - 1) / part;
  };
  const std::uint32_t count = threads * parts_of(rows, kBandRows * threads);
  const std::uint32_t each = parts_of(parts_of(rows, count), kRows) * kRows;
  std::vector<Band> bands;
  for (std::uint32_t first = 0; first < rows; first += each)
    bands.push_back({first, std::min(each, rows - first)});
  return bands;
}

void each_band(const Device& device, std::size_t bands, const BandTask& task) {
  if (bands == 1) return task(device, 0);
  base::ThreadPool alone(1);
  Device part = device;
  part.pool = &alone;
  device.pool->run(bands, [&](std::size_t band, unsigned) { task(part, band); });
}

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
    quantize(device, out, r);
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

void silu_multiply(const Device& device, const Activations& gate, const Rows& up) {
  each_row(device, up.rows, [&](std::uint32_t r) {
    device.kernels->silu_multiply(gate.f32.row(r), up.row(r), up.width);
    quantize(device, gate, r);
  });
}

}  // namespace host

const Operations host_operations = {.bands_of = host::bands_of,
                                    .each_band = host::each_band,
                                    .embed = host::embed,
                                    .rms_norm = host::rms_norm,
                                    .linear = host::linear,
                                    .gated_linear = host::gated_linear,
                                    .add_low_rank = host::add_low_rank,
                                    .silu_multiply = host::silu_multiply,
                                    .rotate_and_store = host::rotate_and_store,
                                    .attend = host::attend,
                                    .select_rows = host::select_rows,
                                    .read = host::read};

}  // namespace ashlar::kernels
