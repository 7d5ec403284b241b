// Each operation is the device's own: what is left to do here is to see that everything it is given
// lies there.
#include "kernels/ops.h"

#include <algorithm>
#include <cassert>

#include "kernels/operations.h"

namespace ashlar::kernels {
namespace {

[[maybe_unused]] DeviceId device_of(const Activations& x) {
  return x.f32.device;
}
template <class View>
DeviceId device_of(const View& view) {
  return view.device;
}

template <class... Views>
bool all_on(const Device& device, const Views&... views) {
  return ((device_of(views) == device.id) && ...);
}

}  // namespace

std::vector<Band> bands_of(const Device& device, std::uint32_t rows) {
  return device.operations->bands_of(device, rows);
}

void each_band(const Device& device, std::size_t bands, const BandTask& task) {
  device.operations->each_band(device, bands, task);
}

void embed(const Device& device, const PackedMatrix& table, std::span<const std::uint32_t> ids,
           const Rows& out) {
  assert(all_on(device, table, out));
  device.operations->embed(device, table, ids, out);
}

void rms_norm(const Device& device, const Rows& x, std::span<const float> weight, float epsilon,
              const Activations& out) {
  assert(all_on(device, x, out));
  device.operations->rms_norm(device, x, weight, epsilon, out);
}

void linear(const Device& device, const Activations& x, std::span<const Linear> outputs) {
  assert(all_on(device, x) && std::ranges::all_of(outputs, [&](const Linear& output) {
           return all_on(device, *output.weight, output.out);
         }));
  device.operations->linear(device, x, outputs);
}

void add_low_rank(const Device& device, std::span<const LowRankUpdate> updates) {
  assert(std::ranges::all_of(updates, [&](const LowRankUpdate& update) {
    return all_on(device, update.pair->down, update.pair->up, update.x, update.out);
  }));
  device.operations->add_low_rank(device, updates);
}

void gated_linear(const Device& device, const Activations& x, const PackedMatrix& gate,
                  const PackedMatrix& up, const Rows& scratch, const Activations& out) {
  assert(all_on(device, x, gate, up, scratch, out));
  device.operations->gated_linear(device, x, gate, up, scratch, out);
}

void silu_multiply(const Device& device, const Activations& gate, const Rows& up) {
  assert(all_on(device, gate, up));
  device.operations->silu_multiply(device, gate, up);
}

void rotate_and_store(const Device& device, const Rows& q, const Rows& k, const Rows& v,
                      const RopeTable& rope, const KvLayer& layer,
                      std::span<const AttentionRun> runs) {
  assert(all_on(device, q, k, v, rope, layer));
  device.operations->rotate_and_store(device, q, k, v, rope, layer, runs);
}

void attend(const Device& device, const Rows& q, const KvLayer& layer,
            std::span<const AttentionRun> runs, float* scratch, const Activations& out) {
  assert(all_on(device, q, layer, out));
  device.operations->attend(device, q, layer, runs, scratch, out);
}

void select_rows(const Device& device, const Rows& x, std::span<const std::uint32_t> indices,
                 const Rows& out) {
  assert(all_on(device, x, out));
  device.operations->select_rows(device, x, indices, out);
}

std::span<const float> read(const Device& device, const Rows& x) {
  assert(all_on(device, x));
  return device.operations->read(device, x);
}

}  // namespace ashlar::kernels
