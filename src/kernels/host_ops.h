// Of the host's operations those that have a file for themselves. Private to the module.
#pragma once

#include "kernels/low_rank.h"
#include "kernels/ops.h"

namespace ashlar::kernels::host {

void attend(const Device& device, const Rows& q, const KvLayer& layer,
            std::span<const AttentionRun> runs, float* scratch, const Rows& out);

void add_low_rank(const Device& device, std::span<const LowRankUpdate> updates);

}  // namespace ashlar::kernels::host
