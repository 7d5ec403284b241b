// Of the host's operations those that have a file for themselves. Private to the module.
#pragma once

#include "kernels/low_rank.h"
#include "kernels/ops.h"

namespace ashlar::kernels::host {

void linear(const Device& device, const Activations& x, std::span<const Linear> outputs);

void gated_linear(const Device& device, const Activations& x, const PackedMatrix& gate,
                  const PackedMatrix& up, const Rows& scratch, const Activations& out);

void silu_multiply(const Device& device, const Activations& gate, const Rows& up);

void attend(const Device& device, const Rows& q, const KvLayer& layer,
            std::span<const AttentionRun> runs, float* scratch, const Activations& out);

void add_low_rank(const Device& device, std::span<const LowRankUpdate> updates);

}  // namespace ashlar::kernels::host
