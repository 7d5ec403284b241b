#include "engine/sequence.h"

#include <algorithm>
#include <optional>

#include "engine/logprobs.h"

namespace ashlar::engine {

Sequence::Sequence(RequestId id, Request request, const tokenizer::Tokenizer& tokenizer,
                   std::uint32_t context)
    : id_(id),
      request_(std::move(request)),
      tokenizer_(&tokenizer),
      context_(context),
      tokens_(request_.prompt),
      sampler_(request_.sampling, request_.prompt),
      decoder_(tokenizer),
      stops_(request_.sampling.stop) {
  output_.prompt_tokens = static_cast<std::uint32_t>(tokens_.size());
}

// A score needs no logits after its last token.
std::uint32_t Sequence::pending() const {
  const auto wanted = static_cast<std::uint32_t>(tokens_.size()) - (request_.score ? 1 : 0);
  return wanted - computed_;
}

std::uint32_t Sequence::first_scored_row() const {
  return request_.score_from - 1;
}

std::uint32_t Sequence::most_positions() const {
  const std::uint64_t answer = request_.score ? 0 : request_.sampling.max_tokens;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(context_, request_.prompt.size() + answer));
}

std::span<const TokenId> Sequence::reusable() const {
  const std::size_t first_row = request_.score ? first_scored_row() : tokens_.size() - 1;
  return std::span(tokens_).first(first_row);
}

void Sequence::begin(Loan loan) {
  blocks = std::move(loan.blocks);
  kept = loan.filled / model::KvCache::kBlockTokens;
  computed_ = loan.filled;
  output_.cached_tokens = loan.filled;
}

// The last token of an answer is never fed, so nothing is guessed beyond the one before it.
std::uint32_t Sequence::guess(std::uint32_t most) {
  const auto left = most_positions() - static_cast<std::uint32_t>(tokens_.size());
  fed_.assign(1, tokens_.back());
  if (most > 0 && left > 1) {
    const auto guesses = draft_.propose(tokens_, std::min(most, left - 1));
    fed_.insert(fed_.end(), guesses.begin(), guesses.end());
  }
  return static_cast<std::uint32_t>(fed_.size());
}

std::span<const TokenId> Sequence::next_tokens(std::uint32_t rows) const {
  return decoding() ? std::span(fed_) : tokens().subspan(computed_, rows);
}

// A row after a wrong guess is never looked at: what it holds is nobody's answer.
Result<std::vector<Picked>> Sequence::pick(std::span<const float> logits, std::size_t rows) const {
  if (request_.score) return pick_scores(logits, rows);
  const std::size_t vocabulary = logits.size() / rows;
  std::optional<Sampler> ahead;  // has seen the guesses that were right
  std::vector<Picked> picked;
  for (std::size_t row = 0;; ++row) {
    const auto own = logits.subspan(row * vocabulary, vocabulary);
    ASHLAR_TRY(check_finite(own));
    const TokenId id = (ahead ? *ahead : sampler_).sample(own, tokens_.size() + row);
    const auto& wanted = request_.sampling.logprobs;
    picked.push_back({wanted ? logprob_of(own, id, *wanted) : TokenLogprob{id, 0, {}}});
    if (row + 1 == rows || id != fed_[row + 1]) return picked;
    if (!ahead) ahead = sampler_;
    ahead->commit(id);
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

void Sequence::commit(std::uint32_t rows, std::vector<Picked> picked) {
  if (decoding()) return commit_decoded(std::move(picked));
  computed_ += rows;
  emit({.kind = Event::Kind::prefill, .prefilled = computed_});
  if (request_.score) return commit_scored(std::move(picked));
  if (!picked.empty()) return commit_sampled(std::move(picked.front()));
  if (pending() == 0) finish(FinishReason::length);  // max_tokens is 0
}

// One position was computed for each token: the one fed before it.
void Sequence::commit_decoded(std::vector<Picked> picked) {
  const auto guessed = static_cast<std::uint32_t>(fed_.size() - 1);
  const auto right = static_cast<std::uint32_t>(picked.size() - 1);
  draft_.learn(guessed, right);
  output_.guessed_tokens += guessed;
  output_.accepted_tokens += right;
  for (Picked& each : picked) {
    ++computed_;
    commit_sampled(std::move(each));
    if (done_) return;
  }
}

void Sequence::commit_scored(std::vector<Picked> picked) {
  for (Picked& p : picked) {
    output_.ids.push_back(p.token.id);
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
  if (request_.sampling.logprobs) output_.logprobs.push_back(std::move(picked.token));
  sampler_.commit(id);

  const bool ending = ends(id);
  emit({.kind = Event::Kind::token,
        .id = id,
        .text = ending ? std::string() : stops_.push(decoder_.push(id))});
  if (ending || stops_.matched()) return finish(FinishReason::stop);
  if (output_.ids.size() == request_.sampling.max_tokens || tokens_.size() == context_)
    finish(FinishReason::length);
}

// Half a character at the end becomes text too, and may complete a stop string.
void Sequence::finish(FinishReason reason) {
  done_ = true;
  std::string rest = stops_.push(decoder_.finish());
  rest += stops_.finish();
  output_.finish_reason =
      reason == FinishReason::length && stops_.matched() ? FinishReason::stop : reason;
  output_.text += rest;
  emit({.kind = Event::Kind::finished, .text = std::move(rest), .output = &output_});
}

void Sequence::fail(const Error& error) {
  done_ = true;
  emit({.kind = Event::Kind::failed, .error = &error});
}

void Sequence::emit(Event event) {
  event.request = id_;
  if (event.kind == Event::Kind::token) output_.text += event.text;
  if (request_.listener) request_.listener(event);
}

}  // namespace ashlar::engine
