#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "engine/scheduler.h"

namespace ashlar::engine {
namespace {

std::vector<model::Run> runs_of(const Batch& batch) {
  std::vector<model::Run> runs;
  runs.reserve(batch.size());
  for (const Slot& slot : batch) {
    const Sequence& s = *slot.sequence;
    runs.push_back({s.next_tokens(slot.rows), s.computed(), s.blocks, slot.logits});
  }
  return runs;
}

// Guesses of a step over all sequences: enough for one to gain, few enough for many not to lose.
constexpr std::uint32_t kGuesses = 16;

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

}  // namespace

struct Engine::State {
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  base::ThreadPool& pool;
  Scheduler scheduler;
  std::mutex mutex = {};  // guards what is below
  RequestId next_id = 1;
  std::vector<std::unique_ptr<Sequence>> submitted = {};  // since last looked at
  std::unordered_set<RequestId> cancelled = {};

  void take_in();
  bool abandoned(const Batch& batch);
  Picks pick(const Batch& batch, std::span<const float> logits);
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
    const EngineOptions& options) {
  ASHLAR_ASSIGN(auto backend,
                model_backend(std::move(model), pool,
                              {options.context, options.max_sequences, options.kv_bytes}));
  return create(std::move(backend), std::move(tokenizer), pool, options);
}

Result<std::unique_ptr<Engine>> Engine::create(
    std::unique_ptr<Backend> backend, std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
    base::ThreadPool& pool, const EngineOptions& options) {
  if (options.max_sequences == 0 || options.chunk == 0)
    return fail(ErrorKind::bad_input, "max_sequences and chunk can't be 0", "engine options",
                "give at least 1");
  if (backend->vocabulary() > tokenizer->size())
    return fail(ErrorKind::corrupt,
                fmt::format("the model has {} tokens, its tokenizer {}", backend->vocabulary(),
                            tokenizer->size()),
                "tokenizer.ggml.tokens", "the file was put together wrongly: get it again");
  Scheduler scheduler(BlockPool(backend->blocks(), options.prefix_cache), options.max_sequences,
                      options.chunk, options.speculation == Speculation::off ? 0 : kGuesses);
  return std::unique_ptr<Engine>(new Engine(std::unique_ptr<State>(
      new State{std::move(backend), std::move(tokenizer), pool, std::move(scheduler)})));
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
          .preemptions = s.preemptions()};
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
  const Batch batch = s.scheduler.schedule();
  for (const BlockCopy& copy : s.scheduler.take_copies()) s.backend->copy_block(copy.from, copy.to);
  if (batch.empty()) return false;
  const auto logits = s.backend->forward(runs_of(batch), [&] { return s.abandoned(batch); });
  s.scheduler.learn(batch, s.backend->forward_ms());
  s.commit(batch, logits ? s.pick(batch, *logits) : all_failed(batch, logits.error()));
  return s.scheduler.waiting() + s.scheduler.running() > 0;
}

}  // namespace ashlar::engine
