#include "kernels/roofline.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "base/clock.h"
#include "tensor/buffer.h"

namespace ashlar::kernels {
namespace {

using tensor::Buffer;

constexpr std::size_t kStreamBytes = std::size_t{128} << 20;  // past any cache of ours
constexpr int kPasses = 7;

// The shortest of some passes, in seconds.
template <class Pass>
double best_seconds(Pass pass) {
  double best = 0;
  for (int i = 0; i < kPasses; ++i) {
    const base::Stopwatch watch;
    pass();
    const double seconds = watch.milliseconds() / 1000;
    if (i == 0 || seconds < best) best = seconds;
  }
  return best;
}

std::uint64_t sum_of(const std::byte* from, std::size_t bytes) {
  constexpr std::size_t kWords = 16;
  const auto* words = reinterpret_cast<const std::uint64_t*>(from);
  std::uint64_t sum[kWords] = {};
  for (std::size_t i = 0; i < bytes / sizeof *words; i += kWords)
    for (std::size_t w = 0; w < kWords; ++w) sum[w] += words[i + w];
  for (std::size_t w = 1; w < kWords; ++w) sum[0] += sum[w];
  return sum[0];
}

// Bytes that are no denormals, NaNs or zeros in any type that counts: 1.0 as bf16, f16 near it.
void fill(Buffer& buffer) {
  std::fill_n(reinterpret_cast<std::uint16_t*>(buffer.data()), buffer.size() / 2,
              std::uint16_t{0x3c3c});
}

// Rows of ones, quantized where the width allows.
struct Ones {
  std::vector<float> f32;
  std::vector<std::int8_t> q;
  std::vector<float> scale, scaled_sum;
  std::vector<std::int32_t> sums;
  Activations rows;

  Ones(std::uint32_t count, std::uint32_t width)
      : f32(std::size_t{count} * width, 1.0f),
        q(f32.size(), 1),
        scale(f32.size() / kBlock, 1.0f),
        scaled_sum(scale.size(), 32.0f),
        sums(2 * scale.size(), 16) {
    rows.f32 = {f32.data(), count, width};
    rows.int8 = {q.data(), scale.data(), scaled_sum.data(), sums.data(), width};
  }
};

}  // namespace

Result<double> read_bandwidth(const Device& device) {
  ASHLAR_ASSIGN(Buffer buffer,
                Buffer::create(kStreamBytes, "a stream of memory", Buffer::Pages::large));
  fill(buffer);
  constexpr std::size_t kStretch = 64 << 10;
  std::atomic<std::uint64_t> sum = 0;  // so that the reading is done
  const double seconds = best_seconds([&] {
    device.pool->run(kStreamBytes / kStretch, [&](std::size_t i, unsigned) {
      sum.fetch_add(sum_of(buffer.data() + i * kStretch, kStretch), std::memory_order_relaxed);
    });
  });
  return static_cast<double>(kStreamBytes) / seconds;
}

Result<double> peak(const Device& device, tensor::Dtype dtype) {
  constexpr std::uint32_t kWidth = 256;
  // What has no packed form is dequantized for the kernel of f32.
  if (!device.kernels->f32[static_cast<std::size_t>(dtype)]) dtype = tensor::Dtype::f32;
  const auto type = static_cast<std::size_t>(dtype);
  const auto int8 = device.kernels->int8_peak[type];
  std::atomic<std::uint64_t> made = 0;
  const auto task = [&](std::size_t, unsigned) {
    const PackedMatrix shape{dtype, kTileRows, kWidth, nullptr};
    std::vector<std::byte> tile(device.kernels->int8_tiles * shape.tile_bytes(), std::byte{0x3c});
    Ones x(kRowTile, kWidth);
    std::vector<float> out(kRowTile * kTileRows);
    constexpr std::uint32_t kRepeats = 4000;
    std::uint64_t count = 0;
    if (int8) count = int8(tile.data(), x.rows.int8, kRepeats, out.data());
    for (std::uint32_t i = 0; !int8 && i < kRepeats / 4; ++i) {
      device.kernels->f32[type](tile.data(), kWidth, x.f32.data(), kWidth, kRowTile,
                                {out.data(), kTileRows});
      count += std::uint64_t{kRowTile} * kTileRows * kWidth;
    }
    made.store(count, std::memory_order_relaxed);
  };
  const double seconds = best_seconds([&] { device.pool->run(device.pool->size(), task); });
  return static_cast<double>(made.load() * device.pool->size()) / seconds;
}

Result<LinearTiming> time_linear(const Device& device, tensor::Dtype dtype, std::uint32_t outputs,
                                 std::uint32_t width, std::uint32_t rows) {
  const std::size_t bytes = packed_bytes(dtype, outputs, width);
  const std::size_t copies = (kStreamBytes + bytes - 1) / bytes;
  ASHLAR_ASSIGN(Buffer weights,
                Buffer::create(copies * bytes, "weights to read", Buffer::Pages::large));
  fill(weights);
  Ones x(rows, width);
  std::vector<float> out(std::size_t{rows} * outputs);
  std::size_t next = 0;  // each product reads another copy
  const double seconds = best_seconds([&] {
    const PackedMatrix matrix{dtype, outputs, width, weights.data() + next++ % copies * bytes};
    const Linear output{&matrix, {out.data(), rows, outputs}};
    linear(device, x.rows, {&output, 1});
  });
  return LinearTiming{bytes, std::uint64_t{rows} * outputs * width, seconds};
}

}  // namespace ashlar::kernels
