#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "engine/model_draft.h"
#include "engine/ngram_draft.h"
#include "engine/scheduler.h"
#include "engine/speculator.h"

namespace ashlar::engine {
namespace {

std::vector<model::Run> runs_of(const Batch& batch) {
  std::vector<model::Run> runs;
  runs.reserve(batch.size());
  for (const Slot& slot : batch) {
    const Sequence& s = *slot.sequence;
    runs.push_back({s.next_tokens(slot.rows), s.computed(), s.blocks, slot.logits, s.adapter()});
  }
  return runs;
}

using Picks = std::vector<Result<std::vector<Picked>>>;  // one a slot

Picks all_failed(const Batch& batch, const Error& error) {
  return Picks(batch.size(), tl::unexpected(error));
}

Status check_length(const Request& request, std::size_t context) {
  const std::size_t count = request.prompt.size();
  const std::size_t limit = request.score ? context + 1 : context;
  const std::string mend = "shorten the prompt, or raise the context up to the model's own";
  if (count == 0)
    return fail(ErrorKind::bad_input, "the prompt has no tokens", "prompt", "give some text");
  if (count > limit)
    return fail(ErrorKind::too_large,
                fmt::format("prompt has {} tokens, the context holds {}", count, context), "prompt",
                mend);
  if (!request.score && count == limit && request.sampling.max_tokens > 0)
    return fail(ErrorKind::too_large,
                fmt::format("prompt has {} tokens, the context holds {}: no room for an answer",
                            count, context),
                "prompt", mend);
  if (request.score && request.sampling.candidates() > 1)
    return fail(ErrorKind::bad_input, "a score has no choices", "n", "leave n and best_of out");
  if (request.score && (request.score_from == 0 || request.score_from >= count))
    return fail(ErrorKind::bad_input,
                fmt::format("no token to score from {} of {}", request.score_from, count),
                "score_from", "at least one token must precede, at least one follow");
  return {};
}

Status check_request(const Request& request, std::size_t vocabulary, std::size_t context) {
  ASHLAR_TRY(check_length(request, context));
  for (const TokenId id : request.prompt)
    if (id >= vocabulary)
      return fail(ErrorKind::bad_input,
                  fmt::format("token id {} is not in the vocabulary of {}", id, vocabulary),
                  "prompt", "use the ids of this model's tokenizer");
  return request.sampling.validate(vocabulary);
}

Result<std::unique_ptr<Draft>> draft_for(Speculation speculation, const Backend& backend,
                                         std::unique_ptr<Backend> draft) {
  if (speculation == Speculation::off) return nullptr;
  if (speculation == Speculation::ngram) return std::make_unique<NgramDraft>();
  if (!draft)
    return fail(ErrorKind::bad_input, "speculation by a draft model has none", "engine options",
                "give a smaller model with the same tokenizer");
  if (draft->vocabulary() != backend.vocabulary())
    return fail(ErrorKind::bad_input,
                fmt::format("the draft model has {} tokens, the model {}", draft->vocabulary(),
                            backend.vocabulary()),
                "draft model", "give a smaller model with the same tokenizer");
  return std::make_unique<ModelDraft>(std::move(draft));
}

}  // namespace

struct Engine::State {
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  base::ThreadPool& pool;
  Scheduler scheduler;
  Speculator speculator;
  BatchSizes batches = {};
  std::mutex mutex = {};  // guards what is below
  RequestId next_id = 1;
  std::vector<std::unique_ptr<Sequence>> submitted = {};  // since last looked at
  std::unordered_set<RequestId> cancelled = {};

  void take_in();
  bool abandoned(const Batch& batch);
  Picks pick(const Batch& batch, std::span<const float> logits);
  void learn(const Batch& batch, const Picks& picks);
  void commit(const Batch& batch, Picks picks);
};

// What other threads asked for. Both lists at once, so that a cancel finds what came before it.
void Engine::State::take_in() {
  std::vector<std::unique_ptr<Sequence>> sequences;
  std::unordered_set<RequestId> ids;
  {
    std::lock_guard lock(mutex);
    sequences.swap(submitted);
    ids.swap(cancelled);
  }
  for (auto& sequence : sequences) scheduler.enqueue(std::move(sequence));
  for (const RequestId id : ids)
    for (Sequence* sequence : scheduler.find(id)) sequence->finish(FinishReason::cancelled);
}

// Asked between layers, on the step's own thread: nothing here touches what the pass reads.
bool Engine::State::abandoned(const Batch& batch) {
  take_in();
  return std::ranges::all_of(batch, [](const Slot& slot) { return slot.sequence->done(); });
}

// Sequences are independent, so each is a task of the pool.
Picks Engine::State::pick(const Batch& batch, std::span<const float> logits) {
  const std::size_t vocabulary = backend->vocabulary();
  std::vector<std::size_t> first(batch.size() + 1, 0);  // logit row of each slot
  for (std::size_t i = 0; i < batch.size(); ++i) first[i + 1] = first[i] + batch[i].logit_rows();
  Picks picks(batch.size());
  pool.run(batch.size(), [&](std::size_t i, unsigned) {
    const std::size_t rows = batch[i].logit_rows();
    if (rows > 0)
      picks[i] =
          batch[i].sequence->pick(logits.subspan(first[i] * vocabulary, rows * vocabulary), rows);
  });
  return picks;
}

void Engine::State::learn(const Batch& batch, const Picks& picks) {
  scheduler.learn(batch, backend->forward_ms());
  const auto bound = std::ranges::lower_bound(BatchSizes::kBounds, batch.size());
  ++batches.steps[static_cast<std::size_t>(bound - BatchSizes::kBounds.begin())];
  batches.sequences += batch.size();
  std::vector<std::uint32_t> picked;
  for (const auto& pick : picks)
    picked.push_back(pick ? static_cast<std::uint32_t>(pick->size()) : 0);
  speculator.learn(batch, picked);
}

void Engine::State::commit(const Batch& batch, Picks picks) {
  take_in();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Sequence& sequence = *batch[i].sequence;
    if (sequence.done()) continue;
    if (picks[i])
      scheduler.adopt(sequence, sequence.commit(batch[i].rows, std::move(*picks[i])));
    else
      sequence.fail(picks[i].error());
  }
  scheduler.retire();
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(
    std::shared_ptr<const model::Model> model,
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer, base::ThreadPool& pool,
    const EngineOptions& options, Companions companions) {
  const auto draft = std::move(companions.draft);
  BackendOptions plan{.context = options.context,
                      .sequences = options.max_sequences,
                      .kv_bytes = options.kv_bytes,
                      .kv_dtype = options.kv_dtype};
  if (draft) {
    const auto kv = model::kv_dtype_of(draft->precision(), options.kv_dtype);
    plan.beside_block = model::KvCache::block_bytes(draft->config(), kv);
  }
  ASHLAR_ASSIGN(auto backend, model_backend(std::move(model), pool, plan));
  std::unique_ptr<Backend> guesser;
  if (draft) {
    plan.context = std::min(backend->context(), draft->config().context);
    plan.kv_bytes = std::size_t{backend->blocks()} * std::exchange(plan.beside_block, 0);
    ASHLAR_ASSIGN(guesser, model_backend(draft, pool, plan));
  }
  return create(std::move(backend), std::move(tokenizer), pool, options, std::move(guesser),
                std::move(companions.store));
}

Result<std::unique_ptr<Engine>> Engine::create(
    std::unique_ptr<Backend> backend, std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
    base::ThreadPool& pool, const EngineOptions& options, std::unique_ptr<Backend> draft,
    std::unique_ptr<PrefixStore> store) {
  if (options.max_sequences == 0 || options.chunk == 0)
    return fail(ErrorKind::bad_input, "max_sequences and chunk can't be 0", "engine options",
                "give at least 1");
  if (backend->vocabulary() > tokenizer->size())
    return fail(ErrorKind::corrupt,
                fmt::format("the model has {} tokens, its tokenizer {}", backend->vocabulary(),
                            tokenizer->size()),
                "tokenizer.ggml.tokens", "the file was put together wrongly: get it again");
  ASHLAR_ASSIGN(auto guesses, draft_for(options.speculation, *backend, std::move(draft)));
  BlockPool blocks(backend->blocks(), options.prefix_cache);
  if (store && options.prefix_cache)
    blocks.keep_in(std::move(store),
                   [&backend = *backend](BlockId block) { return backend.block_bytes(block); });
  Scheduler scheduler(std::move(blocks), options.max_sequences, options.chunk,
                      {.of_any = guesses ? Speculator::kMostOfOne : 0,
                       .of_structures = options.jump_forward ? Speculator::kMostOfOne : 0});
  return std::unique_ptr<Engine>(new Engine(std::unique_ptr<State>(
      new State{std::move(backend), std::move(tokenizer), pool, std::move(scheduler),
                Speculator(std::move(guesses), options.guesses, options.jump_forward)})));
}

std::uint32_t Engine::context() const {
  return state_->backend->context();
}

Load Engine::load() const {
  const Scheduler& s = state_->scheduler;
  std::lock_guard lock(state_->mutex);
  return {.waiting = s.waiting() + state_->submitted.size(),
          .running = s.running(),
          .free_blocks = s.pool().available(),
          .total_blocks = s.pool().total(),
          .cached_blocks = s.pool().kept(),
          .preemptions = s.preemptions(),
          .batches = state_->batches};
}

Result<RequestId> Engine::submit(Request request) {
  ASHLAR_TRY(check_request(request, state_->backend->vocabulary(), context()));
  std::lock_guard lock(state_->mutex);
  const RequestId id = state_->next_id++;
  state_->submitted.push_back(
      std::make_unique<Sequence>(id, std::move(request), *state_->tokenizer, context()));
  return id;
}

void Engine::cancel(RequestId request) {
  std::lock_guard lock(state_->mutex);
  state_->cancelled.insert(request);
}

bool Engine::step() {
  const base::IeeeScope ieee;
  State& s = *state_;
  s.take_in();
  s.scheduler.retire();
  Batch batch = s.scheduler.schedule();
  for (const BlockCopy& copy : s.scheduler.take_copies()) s.backend->copy_block(copy.from, copy.to);
  if (batch.empty()) return false;
  const auto abandoned = [&] { return s.abandoned(batch); };
  s.speculator.guess(batch, *s.backend, abandoned);
  const auto logits = s.backend->forward(runs_of(batch), abandoned);
  Picks picks = logits ? s.pick(batch, *logits) : all_failed(batch, logits.error());
  s.learn(batch, picks);
  s.commit(batch, std::move(picks));
  return s.scheduler.waiting() + s.scheduler.running() > 0;
}

}  // namespace ashlar::engine
