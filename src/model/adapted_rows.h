// Adapters at work in a forward pass: which rows of a batch have one, and what it adds to them.
// Private to the module.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include "kernels/ops.h"
#include "model/adapter_weights.h"

namespace ashlar::model {

// Consecutive rows whose sequences have the same adapter.
struct AdaptedRows {
  const AdapterWeights* adapter;
  std::uint32_t first, rows;
};

// A linear's output, by which of the layer's linears it is.
struct AdaptedOutput {
  Target target;
  kernels::Rows out;
};

// To be called after the linears of `x`: adds to their outputs what the rows' adapters make of the
// same x. Other rows stay as they are.
void add_adapters(const kernels::Device& device, std::span<const AdaptedRows> rows,
                  std::uint32_t layer, const kernels::Rows& x,
                  std::initializer_list<AdaptedOutput> outputs);

}  // namespace ashlar::model
