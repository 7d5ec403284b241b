// Low-rank updates of matrices (Hu et al. 2021, LoRA): beside W [out][in] two thin matrices, so
// that a row's product is W·x + scale × up·(down·x).
#pragma once

#include <span>

#include "kernels/ops.h"

namespace ashlar::kernels {

struct LowRank {
  PackedMatrix down;  // [rank][in]
  PackedMatrix up;    // [out][rank]
  float scale;

  bool empty() const { return down.rows == 0; }
};

// Rows that one pair concerns: what went into W, and what came out of it.
struct LowRankUpdate {
  const LowRank* pair;
  Rows x;    // [rows][in]
  Rows out;  // [rows][out]
};

// out += up · (scale × (down · x)), in f32 whatever the matrices' type. A row's bits depend on its
// own x and pair alone. No two updates share rows of an `out`.
void add_low_rank(const Device& device, std::span<const LowRankUpdate> updates);

}  // namespace ashlar::kernels
