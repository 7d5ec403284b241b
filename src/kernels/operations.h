// What a device can do with its tensors: the operations of kernels/ops.h and low_rank.h, which say
// what each is. Whoever brings a device fills one of these; nothing above the module sees it.
#pragma once

#include "kernels/low_rank.h"
#include "kernels/ops.h"

namespace ashlar::kernels {

struct Operations {
  std::vector<Band> (*bands_of)(const Device&, std::uint32_t rows);
  void (*each_band)(const Device&, std::size_t bands, const BandTask& task);
  void (*embed)(const Device&, const PackedMatrix& table, std::span<const std::uint32_t> ids,
                const Rows& out);
  void (*rms_norm)(const Device&, const Rows& x, std::span<const float> weight, float epsilon,
                   const Activations& out);
  void (*linear)(const Device&, const Activations& x, std::span<const Linear> outputs);
  void (*gated_linear)(const Device&, const Activations& x, const PackedMatrix& gate,
                       const PackedMatrix& up, const Rows& scratch, const Activations& out);
  void (*add_low_rank)(const Device&, std::span<const LowRankUpdate> updates);
  void (*silu_multiply)(const Device&, const Activations& gate, const Rows& up);
  void (*rotate_and_store)(const Device&, const Rows& q, const Rows& k, const Rows& v,
                           const RopeTable& rope, const KvLayer& layer,
                           std::span<const AttentionRun> runs);
  void (*attend)(const Device&, const Rows& q, const KvLayer& layer,
                 std::span<const AttentionRun> runs, float* scratch, const Activations& out);
  void (*select_rows)(const Device&, const Rows& x, std::span<const std::uint32_t> indices,
                      const Rows& out);
  std::span<const float> (*read)(const Device&, const Rows& x);
};

}  // namespace ashlar::kernels
