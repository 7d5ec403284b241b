// Of the host's operations those that have a file for themselves, and what several share. Private
// to the module.
#pragma once

#include <algorithm>

#include "kernels/low_rank.h"
#include "kernels/ops.h"

namespace ashlar::kernels::host {

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

// Quantizes an f32 row, if int8 rows are wanted.
inline void quantize(const Device& device, const Activations& x, std::uint32_t row) {
  if (x.int8.q)
    device.kernels->quantize({x.f32.row(row), x.f32.width, 1, x.f32.width}, x.int8, row, 0);
}

void linear(const Device& device, const Activations& x, std::span<const Linear> outputs);

void gated_linear(const Device& device, const Activations& x, const PackedMatrix& gate,
                  const PackedMatrix& up, const Rows& scratch, const Activations& out);

void silu_multiply(const Device& device, const Activations& gate, const Rows& up);

void attend(const Device& device, const Rows& q, const KvLayer& layer,
            std::span<const AttentionRun> runs, float* scratch, const Activations& out);

void add_low_rank(const Device& device, std::span<const LowRankUpdate> updates);

}  // namespace ashlar::kernels::host
