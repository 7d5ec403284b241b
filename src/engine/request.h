// What goes into the engine and what comes out of it, for one sequence.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/sampling.h"

namespace ashlar::engine {

using RequestId = std::uint64_t;

struct Timings {
  double prefill_ms = 0;  // submit to first token
  double decode_ms = 0;   // first token to last
};

// Everything that a sequence produced, in order.
struct Output {
  std::string text;
  std::vector<TokenId> ids;            // every sampled token, the ending one too; or those scored
  std::vector<TokenLogprob> logprobs;  // one an id, when asked for; always for a score
  std::vector<bool> greedy;            // score only: whether each id was the argmax
  FinishReason finish_reason = FinishReason::stop;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_tokens = 0;                        // of the prompt, found in the KV cache
  std::uint32_t guessed_tokens = 0, accepted_tokens = 0;  // speculation: fed, and found right
  Timings timings;
};

// What happened to a request in a step.
struct Event {
  enum class Kind : std::uint8_t { prefill, token, finished, failed };
  RequestId request = 0;
  Kind kind = Kind::prefill;
  std::uint32_t prefilled = 0;     // prefill: prompt tokens done so far
  TokenId id = 0;                  // token
  std::string text = {};           // token, finished: new text, whole characters, stop strings held
  const Output* output = nullptr;  // finished; valid during the callback
  const Error* error = nullptr;    // failed
};
using Listener = std::function<void(const Event&)>;

struct Request {
  std::vector<TokenId> prompt;
  SamplingParams sampling = {};
  // No sampling: log-probabilities of prompt[score_from …], each given what precedes it. Of
  // `sampling` only logprobs (the alternatives) matters. The last token is not fed, so the prompt
  // may be one longer than the context.
  bool score = false;
  std::uint32_t score_from = 1;
  Listener listener =
      {};  // called from step(); must not call back into the engine but for cancel()
};

}  // namespace ashlar::engine
