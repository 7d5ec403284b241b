// What goes into the engine and what comes out of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/sampling.h"
#include "grammar/constraint.h"
#include "model/adapter.h"

namespace ashlar::engine {

using RequestId = std::uint64_t;

struct Timings {
  double queue_ms = 0;    // submit to the first step that it was in
  double prefill_ms = 0;  // submit to first token
  double decode_ms = 0;   // first token to last
};

// Everything that one choice of a request produced, in order.
struct Output {
  std::string text;
  std::vector<TokenId> ids;            // every sampled token, the ending one too; or those scored
  std::vector<TokenLogprob> logprobs;  // one an id, when asked for; always for a score
  std::vector<bool> greedy;            // score only: whether each id was the argmax
  double cumulative_logprob = 0;       // over ids, where logprobs were asked for or best_of ranks
  FinishReason finish_reason = FinishReason::stop;
  std::optional<std::string> stop_string = {};  // that ended it
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_tokens = 0;                        // of the prompt, found in the KV cache
  std::uint32_t guessed_tokens = 0, accepted_tokens = 0;  // speculation: fed, and found right
  std::uint32_t jumped_tokens = 0;  // that the structure left no choice of, fed beside another
  Timings timings;
};

// The n answers of a request. With best_of, those of the highest mean log-probability of a token
// (as OpenAI's completions define it), best first; of equal ones the one that was drawn first.
struct Choices {
  std::vector<Output> outputs;
  std::uint32_t completion_tokens = 0;  // of all candidates, those not given too
};

// What happened to a request in a step. Every request ends with one finished or one failed, and
// before finished each of its choices has ended. The texts of a choice's events, one after another,
// are its text. While candidates compete (best_of over n) no token is told of: the texts of the
// best come whole at the end.
struct Event {
  enum class Kind : std::uint8_t { prefill, token, ended, finished, failed };
  RequestId request = 0;
  Kind kind = Kind::prefill;
  std::uint32_t choice = 0;                  // token, ended: from 0
  std::uint32_t prefilled = 0;               // prefill: prompt tokens done so far
  std::uint32_t cached = 0;                  // prefill: of those, found in the KV cache
  TokenId id = 0;                            // token
  std::optional<TokenLogprob> logprob = {};  // token: where they were asked for
  std::string text = {};  // token, ended: new text, whole characters, stop strings held
  std::shared_ptr<const Output> output = {};    // ended
  std::shared_ptr<const Choices> choices = {};  // finished
  std::shared_ptr<const Error> error = {};      // failed
};
using Listener = std::function<void(const Event&)>;

struct Request {
  std::vector<TokenId> prompt;
  SamplingParams sampling = {};
  std::shared_ptr<const model::Adapter> adapter = {};    // null: the model as it is
  std::shared_ptr<grammar::Constraint> constraint = {};  // that answers keep to; null: none
  bool spell_special = false;  // special tokens that it lets through are text of the answer
  // No sampling: log-probabilities of prompt[score_from …], each given what precedes it. Of
  // `sampling` only logprobs (the alternatives) matters. The last token is not fed, so the prompt
  // may be one longer than the context.
  bool score = false;
  std::uint32_t score_from = 1;
  std::int32_t priority = 0;  // lower is sooner, as in vLLM; changes when, never what
  // Called within step(), so it must return at once (AsyncEngine hands events over to whoever waits
  // for them), and call nothing of the engine but submit() and cancel().
  Listener listener = {};
};

}  // namespace ashlar::engine
