#include "engine/sequence.h"

#include <algorithm>
#include <optional>

#include "engine/logprobs.h"

namespace ashlar::engine {

Sequence::Sequence(RequestId id, Request request, const tokenizer::Tokenizer& tokenizer,
                   std::uint32_t context)
    : reply_(std::make_shared<Reply>(id, request.score ? 1 : request.sampling.n,
                                     request.score ? 1 : request.sampling.candidates(),
                                     std::move(request.listener))),
      request_(std::move(request)),
      tokenizer_(&tokenizer),
      context_(context),
      stands_for_(request_.score ? 1 : request_.sampling.candidates()),
      tokens_(request_.prompt),
      sampler_(request_.sampling, request_.prompt),
      guide_(request_.constraint),
      decoder_(tokenizer, request_.spell_special),
      stops_(request_.sampling.stop) {
  output_.prompt_tokens = static_cast<std::uint32_t>(tokens_.size());
}

// A score needs no logits after its last token.
std::uint32_t Sequence::pending() const {
  const auto wanted = static_cast<std::uint32_t>(tokens_.size()) - (request_.score ? 1 : 0);
  return wanted - computed_;
}

std::uint32_t Sequence::next_scored_row() const {
  return request_.score_from - 1 + static_cast<std::uint32_t>(output_.ids.size());
}

// Room for the answer's first token besides: what follows comes block by block.
std::uint32_t Sequence::positions_now() const {
  return std::min(most_positions(), static_cast<std::uint32_t>(tokens_.size()) + 1);
}

std::uint32_t Sequence::most_positions() const {
  const std::uint64_t answer = request_.score ? 0 : request_.sampling.max_tokens;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(context_, request_.prompt.size() + answer));
}

std::span<const TokenId> Sequence::reusable() const {
  const std::size_t first_row = request_.score ? next_scored_row() : tokens_.size() - 1;
  return std::span(tokens_).first(first_row);
}

void Sequence::begin(Loan loan) {
  blocks = std::move(loan.blocks);
  kept = loan.filled / model::KvCache::kBlockTokens;
  computed_ = loan.filled;
  if (!begun_) {
    output_.cached_tokens = loan.filled;
    output_.timings.queue_ms = since_submit_.milliseconds();
  }
  begun_ = true;
}

void Sequence::catch_up(std::uint32_t filled) {
  const std::uint32_t positions = filled * model::KvCache::kBlockTokens;
  if (output_.ids.empty()) output_.cached_tokens += positions - computed_;
  kept = filled;
  computed_ = positions;
}

std::vector<BlockId> Sequence::set_back() {
  computed_ = kept = 0;
  return std::exchange(blocks, {});
}

// The last token of an answer is never fed, so nothing is guessed beyond the one before it.
std::uint32_t Sequence::room_for_guesses() const {
  const std::size_t positions =
      std::min<std::size_t>(most_positions() - 1, blocks.size() * model::KvCache::kBlockTokens);
  return static_cast<std::uint32_t>(positions - std::min(positions, tokens_.size()));
}

void Sequence::feed(std::vector<TokenId> guesses) {
  jumps_ = false;
  fed_ = std::move(guesses);
  if (!fed_.empty()) fed_.insert(fed_.begin(), tokens_.back());
}

// An error ends it: pick() meets it again, and tells.
std::uint32_t Sequence::jump(std::uint32_t most) {
  std::vector<TokenId> certain;
  Guide guide = guide_;
  while (certain.size() < most) {
    const auto next = guide.forced();
    if (!next || !*next) break;
    certain.push_back(**next);
    if (ends(certain.back()) || !guide.commit(certain.back())) break;
  }
  const auto count = static_cast<std::uint32_t>(certain.size());
  feed(std::move(certain));
  jumps_ = count > 0;
  return count;
}

std::span<const TokenId> Sequence::next_tokens(std::uint32_t rows) const {
  return fed_.empty() ? tokens().subspan(computed_, rows) : std::span(fed_);
}

Result<Picked> Sequence::pick_one(std::span<const float> logits, const Sampler& sampler,
                                  const Guide& guide, std::size_t position) const {
  ASHLAR_ASSIGN(const grammar::SharedMask mask, guide.mask());
  const bool certain = mask && mask->count == 1;
  if (certain && !wants_logprobs()) return Picked{{mask->first(), 0, {}}};
  ASHLAR_TRY(check_finite(logits));
  const TokenId id = certain ? mask->first() : sampler.sample(logits, position, mask.get());
  if (!wants_logprobs()) return Picked{{id, 0, {}}};
  return Picked{logprob_of(logits, id, request_.sampling.logprobs.value_or(0))};
}

Result<std::vector<Picked>> Sequence::pick_first(std::span<const float> logits) const {
  std::vector<Picked> picked;
  for (std::uint32_t i = 0; i < stands_for_; ++i) {
    const auto choice = request_.sampling.choice + choice_ + i;
    ASHLAR_ASSIGN(picked.emplace_back(),
                  pick_one(logits, sampler_.for_choice(choice), guide_, tokens_.size()));
  }
  return picked;
}

// A row after a wrong guess is never looked at: what it holds is nobody's answer. Those without
// logits come first, and lead to what is certain. An error behind the first row is left to a step
// that begins there: what came before it is said.
Result<std::vector<Picked>> Sequence::pick(std::span<const float> logits, std::size_t rows) const {
  if (request_.score) return pick_scores(logits, rows);
  if (stands_for_ > 1) return pick_first(logits);
  const std::size_t vocabulary = logits.size() / rows;
  const std::size_t unseen = std::max(fed_.size(), rows) - rows;
  std::optional<Sampler> ahead;  // has seen the guesses that were right
  Guide guide = guide_;
  std::vector<Picked> picked;
  for (std::size_t row = 0;; ++row) {
    Result<Picked> next = Picked{{row < unseen ? fed_[row + 1] : 0, 0, {}}};
    if (row >= unseen)
      next = pick_one(logits.subspan((row - unseen) * vocabulary, vocabulary),
                      ahead ? *ahead : sampler_, guide, tokens_.size() + row);
    if (!next && picked.empty()) return tl::unexpected(std::move(next.error()));
    if (!next) return picked;
    const TokenId id = next->token.id;
    picked.push_back(std::move(*next));
    if (row + 1 == unseen + rows || id != fed_[row + 1]) return picked;
    if (!ahead) ahead = sampler_;
    ahead->commit(id);
    if (!ends(id) && !guide.commit(id)) return picked;  // behind an end nothing is looked at
  }
}

Result<std::vector<Picked>> Sequence::pick_scores(std::span<const float> logits,
                                                  std::size_t rows) const {
  const std::size_t vocabulary = logits.size() / rows;
  std::vector<Picked> picked;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto own = logits.subspan(row * vocabulary, vocabulary);
    ASHLAR_TRY(check_finite(own));
    const TokenId next = tokens_[computed_ + row + 1];
    picked.push_back(
        {logprob_of(own, next, request_.sampling.logprobs.value_or(0)), argmax(own) == next});
  }
  return picked;
}

Sequence::Forks Sequence::commit(std::uint32_t rows, std::vector<Picked> picked) {
  if (decoding()) {
    commit_decoded(rows, std::move(picked));
    return {};
  }
  computed_ += rows;
  if (output_.ids.empty() || scoring()) reply_->prefill(computed_, output_.cached_tokens);
  if (scoring())
    commit_scored(std::move(picked));
  else if (stands_for_ > 1 && !picked.empty())
    return fork(std::move(picked));
  else if (!picked.empty())
    commit_sampled(std::move(picked.front()));
  else if (pending() == 0)
    finish(FinishReason::length);  // max_tokens is 0
  return {};
}

// All copies are made before one of them says anything.
Sequence::Forks Sequence::fork(std::vector<Picked> picked) {
  stands_for_ = 1;
  sampler_ = sampler_.for_choice(request_.sampling.choice);
  Forks forks;
  for (std::uint32_t choice = 1; choice < picked.size(); ++choice) {
    auto& other = forks.emplace_back(new Sequence(*this));
    other->blocks.clear();
    other->choice_ = choice;
    other->sampler_ = sampler_.for_choice(request_.sampling.choice + choice);
  }
  commit_sampled(std::move(picked.front()));
  for (std::size_t i = 0; i < forks.size(); ++i) forks[i]->commit_sampled(std::move(picked[i + 1]));
  return forks;
}

// One position was computed for each token: the one fed before it.
void Sequence::commit_decoded(std::uint32_t rows, std::vector<Picked> picked) {
  if (jumps_) {
    output_.jumped_tokens += static_cast<std::uint32_t>(picked.size() - 1);
  } else {
    output_.guessed_tokens += rows - 1;
    output_.accepted_tokens += static_cast<std::uint32_t>(picked.size() - 1);
  }
  feed({});
  for (Picked& each : picked) {
    ++computed_;
    commit_sampled(std::move(each));
    if (done_) return;
  }
}

void Sequence::commit_scored(std::vector<Picked> picked) {
  for (Picked& p : picked) {
    output_.ids.push_back(p.token.id);
    output_.cumulative_logprob += p.token.logprob;
    output_.logprobs.push_back(std::move(p.token));
    output_.greedy.push_back(p.greedy);
  }
  if (pending() == 0) {
    output_.timings.prefill_ms = since_submit_.milliseconds();
    finish(FinishReason::stop);
  }
}

bool Sequence::ends(TokenId id) const {
  const auto& ids = request_.sampling.stop_ids;
  return tokenizer_->ends_generation(id) || std::find(ids.begin(), ids.end(), id) != ids.end();
}

void Sequence::commit_sampled(Picked picked) {
  const TokenId id = picked.token.id;
  const double now = since_submit_.milliseconds();
  if (output_.ids.empty()) output_.timings.prefill_ms = now;
  output_.timings.decode_ms = now - output_.timings.prefill_ms;
  tokens_.push_back(id);
  output_.ids.push_back(id);
  output_.cumulative_logprob += picked.token.logprob;
  std::optional<TokenLogprob> logprob;
  if (request_.sampling.logprobs) logprob = output_.logprobs.emplace_back(std::move(picked.token));
  sampler_.commit(id);

  const bool ending = ends(id);
  if (!ending)
    if (const auto status = guide_.commit(id); !status) return fail(status.error());
  std::string text = ending ? std::string() : stops_.push(decoder_.push(id));
  output_.text += text;
  reply_->token(choice_, id, std::move(text), std::move(logprob));
  if (ending || stops_.matched()) return finish(FinishReason::stop);
  if (output_.ids.size() == request_.sampling.max_tokens || tokens_.size() == context_)
    close_structure();
}

// Where the tokens are over: the shortest way to an end of the structure, if it has as few as asked
// for. They are the only ones, so that their probability is 1; the model isn't asked.
void Sequence::close_structure() {
  if (request_.sampling.finish == 0) return finish(FinishReason::length);
  const auto tokens = guide_.closing();
  if (!tokens) return fail(tokens.error());
  if (!*tokens || (*tokens)->size() > request_.sampling.finish) return finish(FinishReason::length);
  for (const TokenId id : **tokens) {
    std::optional<TokenLogprob> logprob;
    output_.ids.push_back(id);
    if (request_.sampling.logprobs) {
      TokenLogprob certain;
      certain.id = id;
      logprob = output_.logprobs.emplace_back(std::move(certain));
    }
    std::string text = decoder_.push(id);
    output_.text += text;
    reply_->token(choice_, id, std::move(text), std::move(logprob));
  }
  finish(FinishReason::stop);
}

// Half a character at the end becomes text too, and may complete a stop string.
void Sequence::finish(FinishReason reason) {
  if (done()) return;
  done_ = true;
  std::string rest = stops_.push(decoder_.finish());
  rest += stops_.finish();
  output_.finish_reason =
      reason == FinishReason::length && stops_.matched() ? FinishReason::stop : reason;
  output_.text += rest;
  output_.stop_string = stops_.found();
  for (std::uint32_t i = 0; i < stands_for_; ++i) reply_->end(choice_ + i, rest, output_);
}

void Sequence::fail(const Error& error) {
  if (done()) return;
  done_ = true;
  reply_->fail(error);
}

}  // namespace ashlar::engine
