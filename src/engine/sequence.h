// One choice of a request on its way through the engine: its tokens, how far the model has read
// them, and what it has said. Until the prompt is read, one sequence stands for all choices. Knows
// nothing of other sequences.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "engine/block_pool.h"
#include "engine/guide.h"
#include "engine/reply.h"
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
  using Forks = std::vector<std::unique_ptr<Sequence>>;

  // REQUIRES: the request was validated. `tokenizer` must outlive the sequence.
  Sequence(RequestId id, Request request, const tokenizer::Tokenizer& tokenizer,
           std::uint32_t context);

  RequestId id() const { return reply_->id(); }
  bool done() const { return done_ || reply_->ended(); }
  const model::Adapter* adapter() const { return request_.adapter.get(); }
  model::AdapterKey adapter_key() const {
    return adapter() ? adapter()->key() : model::AdapterKey{};
  }
  bool scoring() const { return request_.score; }
  // Its tokens are read but for the newest, as after every step of an answer.
  bool decoding() const { return !scoring() && !output_.ids.empty() && pending() == 1; }
  std::size_t answered() const { return output_.ids.size(); }  // tokens so far
  std::span<const TokenId> tokens() const { return tokens_; }
  std::uint32_t computed() const { return computed_; }  // positions whose KV is written
  std::uint32_t pending() const;                        // positions to compute before the next pick
  std::uint32_t next_scored_row() const;                // rows before it need no logits
  bool wants_logits() const { return scoring() || request_.sampling.max_tokens > 0; }
  std::uint32_t positions_now() const;        // KV positions to begin with
  std::uint32_t most_positions() const;       // KV positions that it can ever need
  std::span<const TokenId> reusable() const;  // the start of its tokens that needs no logits

  std::int32_t priority() const { return request_.priority; }
  // Who goes first: the smaller. One that was let in by its age goes before all that were not.
  using Rank = std::tuple<bool, std::int32_t, RequestId, std::uint32_t>;
  Rank rank() const { return {!senior, request_.priority, id(), choice_}; }
  std::pair<RequestId, std::uint32_t> age() const { return {id(), choice_}; }  // smaller: older

  // Before its first step, and again after it was set back: the blocks are its own from now on,
  // those filled hold its beginning.
  void begin(Loan loan);
  // So many of its blocks hold its beginning by now, without its doing. REQUIRES: not fewer than
  // `computed` says, no more than `reusable` fills.
  void catch_up(std::uint32_t filled);
  // Gives its blocks up; what it holds has to be computed again.
  std::vector<BlockId> set_back();

  // Guesses of what follows its newest token: the next step feeds and checks them too. REQUIRES:
  // decoding, no more than there is room for.
  std::uint32_t room_for_guesses() const;
  void feed(std::vector<TokenId> guesses);
  // The same with tokens that its structure leaves no choice of, `most` of them: they are right.
  // Returns how many there are.
  std::uint32_t jump(std::uint32_t most);
  bool jumps() const { return jumps_; }
  bool has_structure() const { return !guide_.is_free(); }
  // Whether log-probabilities of its tokens are wanted: else one that is certain needs no logits.
  bool wants_logprobs() const { return request_.sampling.logprobs || reply_->ranks(); }
  std::span<const TokenId> next_tokens(std::uint32_t rows) const;  // that a step feeds

  // The tokens that the logits of the next positions lead to: [rows][V] for a score or where
  // guesses were fed, [1][V] of the last position otherwise, or where it jumps. Of guesses those
  // that the sampler draws itself, and what it draws after them; at the end of a prompt the first
  // token of each choice. Const: may run beside other sequences' picks.
  Result<std::vector<Picked>> pick(std::span<const float> logits, std::size_t rows) const;

  // The next `rows` positions are in the KV cache and gave `picked`. Tells the listener. Where that
  // ends the prompt, gives the other choices: each as if it had read the prompt, but without
  // blocks.
  Forks commit(std::uint32_t rows, std::vector<Picked> picked);

  // Ends it, with the text that was held back. Tells the listener. Once only, unless done.
  void finish(FinishReason reason);
  void fail(const Error& error);  // the whole request

  std::vector<BlockId> blocks;  // lent by the scheduler
  std::uint32_t kept = 0;       // so many of them are in the tree of prefixes
  bool senior = false;          // let in by its age
  std::uint64_t served = 0;     // the step that last read a part of its prompt

 private:
  Sequence(const Sequence&) = default;

  Result<Picked> pick_one(std::span<const float> logits, const Sampler& sampler, const Guide& guide,
                          std::size_t position) const;
  Result<std::vector<Picked>> pick_first(std::span<const float> logits) const;
  Result<std::vector<Picked>> pick_scores(std::span<const float> logits, std::size_t rows) const;
  Forks fork(std::vector<Picked> picked);
  void commit_decoded(std::uint32_t rows, std::vector<Picked> picked);
  void commit_sampled(Picked picked);
  void close_structure();
  void commit_scored(std::vector<Picked> picked);
  bool ends(TokenId id) const;

  std::shared_ptr<Reply> reply_;  // of all its request's choices
  Request request_;
  const tokenizer::Tokenizer* tokenizer_;
  std::uint32_t context_;
  std::uint32_t choice_ = 0;      // from 0
  std::uint32_t stands_for_ = 1;  // choices, those from its own on
  std::vector<TokenId> tokens_;   // prompt, then output
  std::uint32_t computed_ = 0;
  bool begun_ = false, done_ = false;
  std::vector<TokenId> fed_;  // with guesses: the newest token and those; else empty
  bool jumps_ = false;        // they are certain
  Sampler sampler_;
  Guide guide_;
  tokenizer::StreamDecoder decoder_;
  StopStrings stops_;
  Output output_;
  base::Stopwatch since_submit_;
};

}  // namespace ashlar::engine
