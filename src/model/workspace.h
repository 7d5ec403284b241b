// The buffers of one forward pass, carved out of one piece of memory. Private to the module.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/ops.h"
#include "model/model.h"
#include "tensor/buffer.h"

namespace ashlar::model {

// What a step needs room for.
struct StepSize {
  std::uint32_t rows;       // T, over all runs
  std::uint32_t logits;     // rows that want logits
  std::uint32_t positions;  // that a row may look back on
  unsigned threads;
};

// The shape of every buffer.
struct StepBuffers {
  kernels::Rows hidden;              // [T][D] the residual stream
  kernels::Activations normed;       // [T][D]
  kernels::Rows query;               // [T][H·E]
  kernels::Rows key, value;          // [T][G·E]
  kernels::Activations attended;     // [T][H·E]
  kernels::Activations gate;         // [T][F]
  kernels::Rows up;                  // [T][F]
  kernels::Rows last;                // [logits][D]
  kernels::Rows last_query;          // [logits][H·E]
  kernels::Activations last_normed;  // [logits][D]
  kernels::Rows logits;              // [logits][V]
  float* scratch;                    // of attention

  // The same of some rows; without the last ones, the logits and the scratch.
  StepBuffers part(const kernels::Band& band) const;
  // For the rows that want logits: streams and queries of their own, in `last` and `last_query`,
  // and the first rows of the rest.
  StepBuffers of_logits() const;
};

// Lays the buffers out from `base` on and returns their bytes; with a null base it only counts.
std::size_t lay_out(StepBuffers& buffers, std::byte* base, const Config& config,
                    Precision precision, const StepSize& size);

struct Workspace::State {
  tensor::Buffer memory;
  StepBuffers buffers;

  // Makes room (kept for later steps) and lays the buffers out for this step.
  Status prepare(const Config& config, Precision precision, const StepSize& size);
};

}  // namespace ashlar::model
