// One request on its way through the engine: its tokens, how far the model has read them, and what
// it has said. Knows nothing of other sequences.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/block_pool.h"
#include "engine/ngram_draft.h"
#include "engine/request.h"
#include "engine/sampler.h"
#include "engine/stop_strings.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

// A token chosen by the sampler, or one whose score was asked.
struct Picked {
  TokenLogprob token;
  bool greedy = false;  // score only
};

class Sequence {
 public:
  // REQUIRES: the request was validated. `tokenizer` must outlive the sequence.
  Sequence(RequestId id, Request request, const tokenizer::Tokenizer& tokenizer,
           std::uint32_t context);

  RequestId id() const { return id_; }
  bool done() const { return done_; }
  bool scoring() const { return request_.score; }
  bool decoding() const { return !scoring() && !output_.ids.empty(); }  // its prompt is behind it
  std::span<const TokenId> tokens() const { return tokens_; }
  std::uint32_t computed() const { return computed_; }  // positions whose KV is written
  std::uint32_t pending() const;                        // positions to compute before the next pick
  std::uint32_t first_scored_row() const;               // rows before it need no logits
  bool wants_logits() const { return scoring() || request_.sampling.max_tokens > 0; }
  std::uint32_t most_positions() const;       // KV positions that it can ever need
  std::span<const TokenId> reusable() const;  // the start of the prompt that needs no logits

  // Before its first step: the blocks are its own from now on, those filled hold its beginning.
  void begin(Loan loan);

  // Its newest token and at most `most` guesses of what follows it: the rows of the next step.
  // REQUIRES: decoding.
  std::uint32_t guess(std::uint32_t most);
  std::span<const TokenId> next_tokens(std::uint32_t rows) const;  // that a step feeds

  // The tokens that the logits of the next positions lead to: [rows][V] for a score or where
  // guesses were fed, [1][V] of the last position otherwise. Of guesses those that the sampler
  // draws itself, and what it draws after them. Const: may run beside other sequences' picks.
  Result<std::vector<Picked>> pick(std::span<const float> logits, std::size_t rows) const;

  // The next `rows` positions are in the KV cache and gave `picked`. Tells the listener.
  void commit(std::uint32_t rows, std::vector<Picked> picked);

  // Ends it, with the text that was held back. Tells the listener. Once only.
  void finish(FinishReason reason);
  void fail(const Error& error);

  std::vector<BlockId> blocks;  // lent by the scheduler
  std::uint32_t kept = 0;       // so many of them are in the tree of prefixes

 private:
  Result<std::vector<Picked>> pick_scores(std::span<const float> logits, std::size_t rows) const;
  void commit_decoded(std::vector<Picked> picked);
  void commit_sampled(Picked picked);
  void commit_scored(std::vector<Picked> picked);
  void emit(Event event);
  bool ends(TokenId id) const;

  RequestId id_;
  Request request_;
  const tokenizer::Tokenizer* tokenizer_;
  std::uint32_t context_;
  std::vector<TokenId> tokens_;  // prompt, then output
  std::uint32_t computed_ = 0;
  bool done_ = false;
  NgramDraft draft_;
  std::vector<TokenId> fed_;  // while decoding: the newest token and the guesses after it
  Sampler sampler_;
  tokenizer::StreamDecoder decoder_;
  StopStrings stops_;
  Output output_;
  base::Stopwatch since_submit_;
};

}  // namespace ashlar::engine
