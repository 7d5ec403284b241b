#include "model/batch.h"

#include <algorithm>

#include "model/adapter.h"

namespace ashlar::model {
namespace {

using kernels::AttentionRun;
using kernels::Band;

// What of a stretch of rows lies in a band, counted from the band's first row.
Band overlap(std::uint32_t first, std::uint32_t rows, const Band& band) {
  const std::uint32_t begin = std::max(first, band.first);
  const std::uint32_t end = std::min(first + rows, band.first + band.rows);
  return {begin - band.first, end > begin ? end - begin : 0};
}

Stretches in_band(const Stretches& all, const Band& band) {
  Stretches part;
  for (const AttentionRun& run : all.runs)
    if (const Band o = overlap(run.first_row, run.rows, band); o.rows > 0)
      part.runs.push_back(
          {o.first, o.rows, run.start + band.first + o.first - run.first_row, run.blocks});
  for (const AdaptedRows& each : all.adapted)
    if (const Band o = overlap(each.first, each.rows, band); o.rows > 0)
      part.adapted.push_back({each.adapter, o.first, o.rows});
  return part;
}

// How many of a run's rows want logits; they are its last.
std::uint32_t logits_of(const Run& run) {
  switch (run.logits) {
    case LogitsWanted::all: return static_cast<std::uint32_t>(run.tokens.size());
    case LogitsWanted::last: return 1;
    case LogitsWanted::none: break;
  }
  return 0;
}

}  // namespace

std::uint32_t Stretches::rows() const {
  return runs.empty() ? 0 : runs.back().first_row + runs.back().rows;
}

void Stretches::add(std::uint32_t count, std::uint32_t start, std::span<std::byte* const> blocks,
                    const AdapterWeights* adapter) {
  const std::uint32_t first = rows();
  runs.push_back({first, count, start, blocks});
  if (!adapter) return;
  AdaptedRows* last = adapted.empty() ? nullptr : &adapted.back();
  if (last && last->adapter == adapter && last->first + last->rows == first)
    last->rows += count;
  else
    adapted.push_back({adapter, first, count});
}

Batch gather(std::span<const Run> runs, const KvCache::State& cache) {
  Batch batch;
  batch.blocks.reserve(runs.size());
  for (const Run& run : runs) {
    const auto rows = static_cast<std::uint32_t>(run.tokens.size());
    const std::uint32_t wanted = logits_of(run), others = rows - wanted;
    const AdapterWeights* adapter = run.adapter ? &run.adapter->state().weights : nullptr;
    std::vector<std::byte*>& blocks = batch.blocks.emplace_back();
    for (const BlockId id : run.blocks) blocks.push_back(cache.block(id));
    batch.ids.insert(batch.ids.end(), run.tokens.begin(), run.tokens.end());
    batch.all.add(rows, run.start, blocks, adapter);
    if (wanted > 0) batch.with_logits.add(wanted, run.start + others, blocks, adapter);
    for (std::uint32_t r = batch.all.rows() - wanted; r < batch.all.rows(); ++r)
      batch.logit_rows.push_back(r);
    batch.positions = std::max(batch.positions, run.start + rows);
  }
  return batch;
}

std::vector<Part> parts_of(const kernels::Device& device, const StepBuffers& buffers,
                           const Stretches& stretches) {
  std::vector<Part> parts;
  for (const Band& band : kernels::bands_of(device, buffers.hidden.rows))
    parts.push_back({buffers.part(band), in_band(stretches, band)});
  return parts;
}

}  // namespace ashlar::model
