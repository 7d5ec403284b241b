// The one loop that every answer comes from: schedule, build batch, forward, sample, commit.
// Several sequences run together; what one gets never depends on the others.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/backend.h"
#include "engine/prefix_store.h"
#include "engine/request.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

// Where guesses of the next tokens come from, which are then checked all at once: from nowhere,
// from the text itself, from a smaller model.
enum class Speculation : std::uint8_t { off, ngram, draft };

struct EngineOptions {
  std::uint32_t context = 0;         // positions a sequence may have; 0: the model's
  std::uint32_t max_sequences = 16;  // running at once, each choice of a request; more wait
  std::uint32_t chunk = 512;         // prompt tokens in one step, over all sequences
  std::size_t kv_bytes = 0;  // memory for KV, at least a context; 0: max_sequences × context,
                             // within 1/4 of RAM. Less than all may need is lent as answers grow
  bool prefix_cache = true;  // a prompt that begins as an earlier one starts behind that
  Speculation speculation = Speculation::off;  // changes the time, never the answer
  bool jump_forward = true;   // what a structure leaves no choice of takes one step; changes the
                              // time, never the answer
  std::uint32_t guesses = 0;  // tokens guessed for a sequence in a step; 0: as many as pay
  // Of the model's KV, and of a draft's; nullopt: as model::kv_dtype_of() has it.
  std::optional<model::KvDtype> kv_dtype = {};
};

// What an engine may have beside its model.
struct Companions {
  // The model that guesses with Speculation::draft, of the same tokenizer; its KV is planned
  // together with the model's.
  std::shared_ptr<const model::Model> draft = nullptr;
  // KV of earlier prompts on disk; unused without EngineOptions::prefix_cache.
  std::unique_ptr<PrefixStore> store = nullptr;
};

// How many sequences steps ran: steps of up to 1, 2, 4 … sequences, the last bucket of more.
struct BatchSizes {
  static constexpr std::array<double, 9> kBounds = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  std::array<std::uint64_t, kBounds.size() + 1> steps = {};
  std::uint64_t sequences = 0;  // over all steps
};

// How busy the engine is between two steps.
struct Load {
  std::size_t waiting = 0, running = 0;
  std::uint32_t free_blocks = 0, total_blocks = 0;
  std::uint32_t cached_blocks = 0;  // kept for prompts that begin alike; those unused are free too
  std::uint64_t preemptions = 0;    // until now: answers set back for want of blocks
  BatchSizes batches = {};          // until now
};

// step() and load() by one caller at a time; submit() and cancel() from any thread. Requests still
// there when it is destroyed end unheard.
class Engine {
 public:
  // `pool` must outlive the engine.
  static Result<std::unique_ptr<Engine>> create(
      std::shared_ptr<const model::Model> model,
      std::shared_ptr<const tokenizer::Tokenizer> tokenizer, base::ThreadPool& pool,
      const EngineOptions& options, Companions companions = {});

  // Over any backends, whose context and blocks stand for those of `options`.
  static Result<std::unique_ptr<Engine>> create(
      std::unique_ptr<Backend> backend, std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
      base::ThreadPool& pool, const EngineOptions& options,
      std::unique_ptr<Backend> draft = nullptr, std::unique_ptr<PrefixStore> store = nullptr);
  ~Engine();

  std::uint32_t context() const;
  Load load() const;

  // Queues. Refuses an empty or over-long prompt (both counts in the message) and bad parameters.
  // The next step takes it in.
  Result<RequestId> submit(Request request);

  // The request finishes with FinishReason::cancelled, with what it has said until then. A step
  // that runs looks for it between layers and tells the listener there; rows of a cancelled
  // sequence are computed to the step's end for nothing, but when nobody else's are left the step
  // ends at once. Unknown and finished requests are ignored.
  void cancel(RequestId request);

  // One pass over the batch; false when nothing is left to do. What goes wrong in it ends the
  // requests that it concerns, with Event::Kind::failed, and no others.
  bool step();

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::engine
