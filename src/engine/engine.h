// The one loop that every answer comes from: schedule, build batch, forward, sample, commit. Several
// sequences run together; what one gets never depends on the others.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/sampling.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

struct EngineOptions {
  std::uint32_t context = 0;         // positions a sequence may have; 0: the model's
  std::uint32_t max_sequences = 16;  // running at once; more wait in order
  std::uint32_t chunk = 256;         // prompt tokens in one step, over all sequences
  std::size_t kv_bytes = 0;          // memory for KV; 0: max_sequences × context, within 1/4 of RAM
};

using RequestId = std::uint64_t;

struct Timings {
  double prefill_ms = 0;  // submit to first token
  double decode_ms = 0;   // first token to last
};

// Everything that a sequence produced, in order.
struct Output {
  std::string text;
  std::vector<TokenId> ids;            // every sampled token, the ending one too
  std::vector<TokenLogprob> logprobs;  // one an id, when asked for
  FinishReason finish_reason = FinishReason::stop;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_tokens = 0;
  Timings timings;
};

// What happened to a request in a step.
struct Event {
  enum class Kind : std::uint8_t { prefill, token, finished, failed };
  RequestId request;
  Kind kind;
  std::uint32_t prefilled = 0;   // prefill: prompt tokens done so far
  TokenId id = 0;                // token
  std::string text;              // token, finished: new text, whole characters, stop strings held
  const Output* output = nullptr;  // finished; valid during the callback
  const Error* error = nullptr;    // failed
};
using Listener = std::function<void(const Event&)>;

struct Request {
  std::vector<TokenId> prompt;
  SamplingParams sampling;
  bool score = false;    // no sampling: log-probabilities of prompt[score_from …] given what precedes
  std::uint32_t score_from = 1;
  Listener listener;     // called from step(); must not call back into the engine but for cancel()
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const model::Model> model,
                                                std::shared_ptr<const tokenizer::Tokenizer> tokenizer,
                                                base::ThreadPool& pool, EngineOptions options);
  ~Engine();

  std::uint32_t context() const;

  // Queues. Refuses an empty or over-long prompt (both counts in the message) and bad parameters.
  Result<RequestId> submit(Request request);

  // From any thread: the request finishes with FinishReason::cancelled at the next step.
  void cancel(RequestId request);

  // One pass over the batch; false when nothing is left to do. One caller at a time.
  Result<bool> step();

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::engine
