// The runs of a step as rows of one batch, and the parts of it that go through a layer side by
// side. Private to the module.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/ops.h"
#include "model/adapted_rows.h"
#include "model/kv_cache.h"
#include "model/model.h"
#include "model/workspace.h"

namespace ashlar::model {

// Stretches of consecutive rows, by sequence and by adapter.
struct Stretches {
  std::vector<kernels::AttentionRun> runs;
  std::vector<AdaptedRows> adapted;

  // Appends rows of a sequence from a position on; neighbours of one adapter become one stretch.
  void add(std::uint32_t rows, std::uint32_t start, std::span<std::byte* const> blocks,
           const AdapterWeights* adapter);
  std::uint32_t rows() const;
};

struct Batch {
  std::vector<std::uint32_t> ids;
  std::vector<std::vector<std::byte*>> blocks;  // of each run
  Stretches all;
  Stretches with_logits;  // of those rows that want logits, counted among themselves
  std::vector<std::uint32_t> logit_rows;
  std::uint32_t positions = 0;  // of the longest sequence
};

Batch gather(std::span<const Run> runs, const KvCache::State& cache);

// Some rows, in places of their own: they meet others in attention alone.
struct Part {
  StepBuffers buffers;
  Stretches stretches;
};

// As `buffers.hidden` has rows, in bands for the threads of a device.
std::vector<Part> parts_of(const kernels::Device& device, const StepBuffers& buffers,
                           const Stretches& stretches);

}  // namespace ashlar::model
