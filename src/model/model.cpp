#include "model/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/ops.h"
#include "model/adapted_rows.h"
#include "model/kv_cache.h"
#include "model/rope.h"
#include "model/weights.h"
#include "model/workspace.h"

namespace ashlar::model {
namespace {

using kernels::AttentionRun;
using kernels::Device;
using kernels::KvLayer;
using kernels::Linear;

// The runs of a step as rows of one batch.
struct Batch {
  std::vector<std::uint32_t> ids;
  std::vector<std::vector<std::byte*>> blocks;  // of each run
  std::vector<AttentionRun> runs;
  std::vector<AdaptedRows> adapted;
  std::vector<std::uint32_t> logit_rows;
  std::uint32_t positions = 0;  // of the longest sequence
};

// Some rows of a batch, in places of their own: they meet the others in attention alone.
struct Part {
  StepBuffers buffers;
  std::vector<AttentionRun> runs;
  std::vector<AdaptedRows> adapted;
};

// What of a stretch of rows lies in a band, counted from the band's first row.
kernels::Band overlap(std::uint32_t first, std::uint32_t rows, const kernels::Band& band) {
  const std::uint32_t begin = std::max(first, band.first);
  const std::uint32_t end = std::min(first + rows, band.first + band.rows);
  return {begin - band.first, end > begin ? end - begin : 0};
}

Part part_of(const Batch& batch, const StepBuffers& buffers, const kernels::Band& band) {
  Part part{buffers.part(band), {}, {}};
  for (const AttentionRun& run : batch.runs)
    if (const auto o = overlap(run.first_row, run.rows, band); o.rows > 0)
      part.runs.push_back(
          {o.first, o.rows, run.start + band.first + o.first - run.first_row, run.blocks});
  for (const AdaptedRows& each : batch.adapted)
    if (const auto o = overlap(each.first, each.rows, band); o.rows > 0)
      part.adapted.push_back({each.adapter, o.first, o.rows});
  return part;
}

// A decoder block (Touvron et al. 2023, LLaMA) up to its attention: queries, and keys and values in
// their blocks, of the normed stream.
void before_attention(const Device& device, std::uint32_t layer, const LayerWeights& w,
                      const Config& config, const kernels::RopeTable& rope, const KvLayer& kv,
                      const Part& part) {
  const StepBuffers& b = part.buffers;
  const Linear qkv[] = {{&w.query, b.query}, {&w.key, b.key}, {&w.value, b.value}};
  kernels::rms_norm(device, b.hidden, w.attention_norm, config.norm_epsilon, b.normed);
  kernels::linear(device, b.normed, qkv);
  add_adapters(device, part.adapted, layer, b.normed.f32,
               {{Target::query, b.query}, {Target::key, b.key}, {Target::value, b.value}});
  kernels::rotate_and_store(device, b.query, b.key, b.value, rope, kv, part.runs);
}

// And from there on: what attention found is added to the stream, then what a gated feed-forward
// makes of the normed stream.
void after_attention(const Device& device, std::uint32_t layer, const LayerWeights& w,
                     const Config& config, const Part& part) {
  const StepBuffers& b = part.buffers;
  const auto adapt = [&](const kernels::Rows& x, std::initializer_list<AdaptedOutput> outputs) {
    add_adapters(device, part.adapted, layer, x, outputs);
  };
  const Linear attention_out[] = {{&w.attention_out, b.hidden, true}};
  const Linear gate_up[] = {{&w.gate, b.gate.f32}, {&w.up, b.up}};
  const Linear down[] = {{&w.down, b.hidden, true}};
  kernels::linear(device, b.attended, attention_out);
  adapt(b.attended.f32, {{Target::attention_out, b.hidden}});
  kernels::rms_norm(device, b.hidden, w.ff_norm, config.norm_epsilon, b.normed);
  if (part.adapted.empty()) {
    kernels::gated_linear(device, b.normed, w.gate, w.up, b.up, b.gate);
  } else {  // gate and up are adapted before they are multiplied
    kernels::linear(device, b.normed, gate_up);
    adapt(b.normed.f32, {{Target::gate, b.gate.f32}, {Target::up, b.up}});
    kernels::silu_multiply(device, b.gate, b.up);
  }
  kernels::linear(device, b.gate, down);
  adapt(b.gate.f32, {{Target::down, b.hidden}});
}

// Neighbouring runs of one adapter become one stretch.
void add_adapted(std::vector<AdaptedRows>& adapted, const AdapterWeights& adapter,
                 std::uint32_t first, std::uint32_t rows) {
  AdaptedRows* last = adapted.empty() ? nullptr : &adapted.back();
  if (last && last->adapter == &adapter && last->first + last->rows == first)
    last->rows += rows;
  else
    adapted.push_back({&adapter, first, rows});
}

Batch gather(std::span<const Run> runs, const KvCache::State& cache) {
  Batch batch;
  batch.blocks.reserve(runs.size());
  for (const Run& run : runs) {
    const auto first = static_cast<std::uint32_t>(batch.ids.size());
    const auto rows = static_cast<std::uint32_t>(run.tokens.size());
    batch.ids.insert(batch.ids.end(), run.tokens.begin(), run.tokens.end());
    std::vector<std::byte*>& blocks = batch.blocks.emplace_back();
    for (const BlockId id : run.blocks) blocks.push_back(cache.block(id));
    batch.runs.push_back({first, rows, run.start, blocks});
    batch.positions = std::max(batch.positions, run.start + rows);
    if (run.adapter) add_adapted(batch.adapted, run.adapter->state().weights, first, rows);
    for (std::uint32_t r = 0; r < rows; ++r)
      if (run.logits == LogitsWanted::all || (run.logits == LogitsWanted::last && r + 1 == rows))
        batch.logit_rows.push_back(first + r);
  }
  return batch;
}

}  // namespace

struct Model::State {
  std::shared_ptr<const Model> original;  // of a variant: what it shares, and its file
  formats::Gguf file;
  Config config;
  Precision precision;
  const kernels::KernelTable* kernels;
  Weights weights;
  Rope rope;

  Status check(std::span<const Run> runs, const KvCache::State& cache, const Device& device) const;
};

// A broken promise of the caller's must not become a wild read.
Status Model::State::check(std::span<const Run> runs, const KvCache::State& cache,
                           const Device& device) const {
  const auto broken = [](std::string what) {
    return fail(ErrorKind::internal, std::move(what), "model.forward", "report this");
  };
  if (weights.embedding.device != device.id || cache.first_layer.device != device.id)
    return broken("the weights or the KV cache lie on another device");
  for (const Run& run : runs) {
    const std::size_t end = run.start + run.tokens.size();
    if (run.tokens.empty() || end > config.context)
      return broken(fmt::format("a run of {} tokens ends at position {} of {}", run.tokens.size(),
                                end, config.context));
    if (run.blocks.size() * KvCache::kBlockTokens < end)
      return broken(fmt::format("{} KV blocks for {} positions", run.blocks.size(), end));
    for (const TokenId id : run.tokens)
      if (id >= config.vocabulary) return broken(fmt::format("token id {}", id));
    for (const BlockId id : run.blocks)
      if (id >= cache.blocks) return broken(fmt::format("KV block {}", id));
    if (run.adapter && !run.adapter->fits(config)) return broken("an adapter of another model");
  }
  return {};
}

Result<std::shared_ptr<const Model>> Model::load(formats::Gguf file, Precision precision,
                                                 base::ThreadPool& pool, const PackedStore* store) {
  ASHLAR_ASSIGN(Config config, Config::from_gguf(file));
  ASHLAR_ASSIGN(const kernels::KernelTable* kernels, kernels::choose());
  ASHLAR_ASSIGN(Weights weights, Weights::load(file, config, pool, store));
  ASHLAR_ASSIGN(Rope rope, Rope::create(config));
  auto state =
      std::unique_ptr<State>(new State{nullptr, std::move(file), std::move(config), precision,
                                       kernels, std::move(weights), std::move(rope)});
  return std::shared_ptr<const Model>(new Model(std::move(state)));
}

Result<std::shared_ptr<const Model>> Model::variant(std::shared_ptr<const Model> model,
                                                    std::span<const Encoded> matrices,
                                                    base::ThreadPool& pool) {
  const State& from = *model->state_;
  ASHLAR_ASSIGN(Weights weights, from.weights.with(matrices, pool));
  Rope rope{{}, from.rope.table};
  auto state = std::unique_ptr<State>(new State{std::move(model),
                                                {},
                                                from.config,
                                                from.precision,
                                                from.kernels,
                                                std::move(weights),
                                                std::move(rope)});
  return std::shared_ptr<const Model>(new Model(std::move(state)));
}

Result<std::span<const float>> Model::forward(std::span<const Run> runs, KvCache& cache,
                                              Workspace& workspace, base::ThreadPool& pool,
                                              const Abandoned& abandoned) const {
  return forward(runs, cache, workspace, Device{state_->kernels, &pool}, abandoned);
}

Result<std::span<const float>> Model::forward(std::span<const Run> runs, KvCache& cache,
                                              Workspace& workspace, const Device& device,
                                              const Abandoned& abandoned) const {
  const Config& config = state_->config;
  const Weights& weights = state_->weights;
  ASHLAR_TRY(state_->check(runs, *cache.state_, device));
  const Batch batch = gather(runs, *cache.state_);
  StepBuffers& b = workspace.state_->buffers;
  ASHLAR_TRY(
      workspace.state_->prepare(config, state_->precision,
                                {.rows = static_cast<std::uint32_t>(batch.ids.size()),
                                 .logits = static_cast<std::uint32_t>(batch.logit_rows.size()),
                                 .positions = batch.positions,
                                 .threads = device.pool->size()}));

  kernels::embed(device, weights.embedding, batch.ids, b.hidden);
  std::vector<Part> parts;
  for (const kernels::Band& band : kernels::bands_of(device, b.hidden.rows))
    parts.push_back(part_of(batch, b, band));
  const auto begin_layer = [&](const Device& some, std::uint32_t i, const Part& part) {
    before_attention(some, i, weights.layers[i], config, state_->rope.table, cache.state_->layer(i),
                     part);
  };
  kernels::each_band(device, parts.size(), [&](const Device& some, std::size_t band) {
    begin_layer(some, 0, parts[band]);
  });
  for (std::uint32_t i = 0; i < config.layers; ++i) {
    if (abandoned && abandoned())
      return fail(ErrorKind::cancelled, "the pass was abandoned", "model.forward", "ask again");
    kernels::attend(device, b.query, cache.state_->layer(i), batch.runs, b.scratch, b.attended);
    kernels::each_band(device, parts.size(), [&](const Device& some, std::size_t band) {
      after_attention(some, i, weights.layers[i], config, parts[band]);
      if (i + 1 < config.layers) begin_layer(some, i + 1, parts[band]);
    });
  }
  kernels::select_rows(device, b.hidden, batch.logit_rows, b.last);
  kernels::rms_norm(device, b.last, weights.output_norm, config.norm_epsilon, b.last_normed);
  const Linear lm_head[] = {{&weights.lm_head, b.logits}};
  kernels::linear(device, b.last_normed, lm_head);
  return kernels::read(device, b.logits);
}

std::size_t Model::workspace_bytes(std::uint32_t rows, std::uint32_t logits) const {
  StepBuffers unused;
  return lay_out(unused, nullptr, state_->config, state_->precision,
                 {.rows = rows,
                  .logits = logits,
                  .positions = state_->config.context,
                  .threads = base::available_threads()});
}

Model::Model(std::unique_ptr<State> state) : state_(std::move(state)) {}
Model::~Model() = default;
const Config& Model::config() const {
  return state_->config;
}
Precision Model::precision() const {
  return state_->precision;
}
const formats::Gguf& Model::file() const {
  return state_->original ? state_->original->file() : state_->file;
}
std::size_t Model::weight_bytes() const {
  return state_->weights.packed.size();
}

}  // namespace ashlar::model
