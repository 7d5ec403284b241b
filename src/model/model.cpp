#include "model/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/ops.h"
#include "model/batch.h"
#include "model/kv_cache.h"
#include "model/rope.h"
#include "model/weights.h"
#include "model/workspace.h"

namespace ashlar::model {
namespace {

using kernels::Device;
using kernels::KvLayer;
using kernels::Linear;

// A decoder block (Touvron et al. 2023, LLaMA) up to its attention: queries, and keys and values in
// their blocks, of the normed stream.
void before_attention(const Device& device, std::uint32_t layer, const LayerWeights& w,
                      const Config& config, const kernels::RopeTable& rope, const KvLayer& kv,
                      const Part& part) {
  const StepBuffers& b = part.buffers;
  const Linear qkv[] = {{&w.query, b.query}, {&w.key, b.key}, {&w.value, b.value}};
  kernels::rms_norm(device, b.hidden, w.attention_norm, config.norm_epsilon, b.normed);
  kernels::linear(device, b.normed, qkv);
  add_adapters(device, part.stretches.adapted, layer, b.normed.f32,
               {{Target::query, b.query}, {Target::key, b.key}, {Target::value, b.value}});
  kernels::rotate_and_store(device, b.query, b.key, b.value, rope, kv, part.stretches.runs);
}

// And from there on: what attention found is added to the stream, then what a gated feed-forward
// makes of the normed stream.
void after_attention(const Device& device, std::uint32_t layer, const LayerWeights& w,
                     const Config& config, const Part& part) {
  const StepBuffers& b = part.buffers;
  const auto adapt = [&](const kernels::Rows& x, std::initializer_list<AdaptedOutput> outputs) {
    add_adapters(device, part.stretches.adapted, layer, x, outputs);
  };
  const Linear attention_out[] = {{&w.attention_out, b.hidden, true}};
  const Linear gate_up[] = {{&w.gate, b.gate.f32}, {&w.up, b.up}};
  const Linear down[] = {{&w.down, b.hidden, true}};
  kernels::linear(device, b.attended, attention_out);
  adapt(b.attended.f32, {{Target::attention_out, b.hidden}});
  kernels::rms_norm(device, b.hidden, w.ff_norm, config.norm_epsilon, b.normed);
  if (part.stretches.adapted.empty()) {
    kernels::gated_linear(device, b.normed, w.gate, w.up, b.up, b.gate);
  } else {  // gate and up are adapted before they are multiplied
    kernels::linear(device, b.normed, gate_up);
    adapt(b.normed.f32, {{Target::gate, b.gate.f32}, {Target::up, b.up}});
    kernels::silu_multiply(device, b.gate, b.up);
  }
  kernels::linear(device, b.gate, down);
  adapt(b.gate.f32, {{Target::down, b.hidden}});
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

  // Keys and values of all rows, and in b.last what the layers make of those that want logits. Says
  // whether it came to the end.
  bool run_layers(const Batch& batch, const StepBuffers& b, const KvCache::State& cache,
                  const Device& device, const Abandoned& abandoned) const;
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

bool Model::State::run_layers(const Batch& batch, const StepBuffers& b, const KvCache::State& cache,
                              const Device& device, const Abandoned& abandoned) const {
  const auto begin = [&](const Device& some, std::uint32_t i, const Part& part) {
    before_attention(some, i, weights.layers[i], config, rope.table, cache.layer(i), part);
  };
  const auto end = [&](const Device& some, std::uint32_t i, const Part& part) {
    after_attention(some, i, weights.layers[i], config, part);
  };
  const auto each = [&](const std::vector<Part>& parts, const auto& task) {
    kernels::each_band(device, parts.size(),
                       [&](const Device& some, std::size_t band) { task(some, parts[band]); });
  };
  const auto given_up = [&] { return abandoned && abandoned(); };

  const std::uint32_t last = config.layers - 1;
  const std::vector<Part> parts = parts_of(device, b, batch.all);
  kernels::embed(device, weights.embedding, batch.ids, b.hidden);
  each(parts, [&](const Device& some, const Part& part) { begin(some, 0, part); });
  for (std::uint32_t i = 0; i < last; ++i) {
    if (given_up()) return false;
    kernels::attend(device, b.query, cache.layer(i), batch.all.runs, b.scratch, b.attended);
    each(parts, [&](const Device& some, const Part& part) {
      end(some, i, part);
      begin(some, i + 1, part);
    });
  }
  if (batch.logit_rows.empty()) return true;
  if (given_up()) return false;
  // Nobody reads what the last layer would make of the other rows.
  const StepBuffers wanted = b.of_logits();
  kernels::select_rows(device, b.hidden, batch.logit_rows, wanted.hidden);
  kernels::select_rows(device, b.query, batch.logit_rows, wanted.query);
  kernels::attend(device, wanted.query, cache.layer(last), batch.with_logits.runs, b.scratch,
                  wanted.attended);
  each(parts_of(device, wanted, batch.with_logits),
       [&](const Device& some, const Part& part) { end(some, last, part); });
  return true;
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
  ASHLAR_TRY(state_->check(runs, *cache.state_, device));
  const Batch batch = gather(runs, *cache.state_);
  ASHLAR_TRY(
      workspace.state_->prepare(state_->config, state_->precision,
                                {.rows = static_cast<std::uint32_t>(batch.ids.size()),
                                 .logits = static_cast<std::uint32_t>(batch.logit_rows.size()),
                                 .positions = batch.positions,
                                 .threads = device.pool->size()}));
  const StepBuffers& b = workspace.state_->buffers;
  if (!state_->run_layers(batch, b, *cache.state_, device, abandoned))
    return fail(ErrorKind::cancelled, "the pass was abandoned", "model.forward", "ask again");
  if (batch.logit_rows.empty()) return std::span<const float>();
  const Linear lm_head[] = {{&state_->weights.lm_head, b.logits}};
  kernels::rms_norm(device, b.last, state_->weights.output_norm, state_->config.norm_epsilon,
                    b.last_normed);
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
