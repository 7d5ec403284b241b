// Operations over rows, spread over a device's threads: what a model's forward pass is written in.
// Rows and outputs are split between threads, sums never are, so the bits don't depend on how many
// threads there are. A model passes these handles on and never looks into them: whose memory they
// point into is what they carry, and the device whose operations run (kernels/operations.h) alone
// may. All views of an operation lie on its device; asserted.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/device.h"
#include "kernels/kernel_table.h"
#include "kernels/packing.h"
#include "tensor/codec.h"

namespace ashlar::kernels {

// f32 rows [rows][width], dense.
struct Rows {
  float* data;
  std::uint32_t rows, width;
  DeviceId device = DeviceId::host;

  float* row(std::size_t i) const { return data + i * width; }
  Rows part(std::uint32_t first, std::uint32_t count) const {
    return {row(first), count, width, device};
  }
};

// Rows that enter a matrix: f32, and where `int8.q` is set also quantized, on the same device.
struct Activations {
  Rows f32;
  Int8Rows int8;

  Activations part(std::uint32_t first, std::uint32_t count) const {
    return {f32.part(first, count), int8.q ? int8.from(first) : int8};
  }
};

struct Linear {
  const PackedMatrix* weight;  // [out.width][in.width]
  Rows out;
  bool adds = false;  // to what `out` holds: a residual
};

// Consecutive rows of one sequence, and the addresses of its KV blocks on the layer's device.
struct AttentionRun {
  std::uint32_t first_row, rows, start;
  std::span<std::byte* const> blocks;
};

// A KV layer: where in a block the keys and values of a KV head lie, in bytes.
struct KvLayer {
  tensor::Dtype type;
  std::size_t k_offset, v_offset, head_bytes;
  std::uint32_t heads, head_width;
  DeviceId device = DeviceId::host;
};

// cos and sin of position × inverse frequency: [positions][head_width / 2] each.
struct RopeTable {
  const float* cos;
  const float* sin;
  DeviceId device = DeviceId::host;
};

// Consecutive rows of a step.
struct Band {
  std::uint32_t first, rows;
};
// How a step's rows are best cut for each_band(): into bands that a thread's caches hold, where
// each thread gets enough rows to be worth reading all weights for itself; else into one.
std::vector<Band> bands_of(const Device& device, std::uint32_t rows);
// Calls task(device, i) for each of so many bands: one after another in a part of the device each,
// for operations on rows that don't look at each other; a single band has the whole device.
using BandTask = std::function<void(const Device& device, std::size_t band)>;
void each_band(const Device& device, std::size_t bands, const BandTask& task);
// Rows of a packed table, decoded.
void embed(const Device& device, const PackedMatrix& table, std::span<const std::uint32_t> ids,
           const Rows& out);
// out.f32 = norm(x) × weight, quantized where out.int8 is set.
void rms_norm(const Device& device, const Rows& x, std::span<const float> weight, float epsilon,
              const Activations& out);
// Every weight times the same rows, in one pass over the threads: out = x · weightᵀ, or out +=
// that. A type with an int8 kernel uses x.int8 where that is set.
void linear(const Device& device, const Activations& x, std::span<const Linear> outputs);
// out.f32 = silu(x · gateᵀ) × (x · upᵀ), quantized where out.int8 is set: a gated feed-forward's
// first half. `scratch` is as large as out.f32.
void gated_linear(const Device& device, const Activations& x, const PackedMatrix& gate,
                  const PackedMatrix& up, const Rows& scratch, const Activations& out);
// gate = silu(gate) × up, quantized where gate.int8 is set: the same where something comes between.
void silu_multiply(const Device& device, const Activations& gate, const Rows& up);
// Rotates q and k, then writes k and v into the blocks of their runs, which cover all rows in
// order.
void rotate_and_store(const Device& device, const Rows& q, const Rows& k, const Rows& v,
                      const RopeTable& rope, const KvLayer& layer,
                      std::span<const AttentionRun> runs);
// What attend() may be asked for: so many rows, none of which sits past `positions`.
struct AttentionSize {
  std::uint32_t rows, positions, heads, kv_heads, head_width;
  unsigned threads;
};
std::size_t attend_scratch_floats(const AttentionSize& size);
// out.f32 = attention of q over the runs' blocks, quantized where out.int8 is set; `scratch` holds
// attend_scratch_floats().
void attend(const Device& device, const Rows& q, const KvLayer& layer,
            std::span<const AttentionRun> runs, float* scratch, const Activations& out);
// out row i = x row indices[i]
void select_rows(const Device& device, const Rows& x, std::span<const std::uint32_t> indices,
                 const Rows& out);
// Rows as the host may read them: [rows][width], until something is written to them.
std::span<const float> read(const Device& device, const Rows& x);

}  // namespace ashlar::kernels
