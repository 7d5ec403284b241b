#include "engine/sampler.h"

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "engine/candidates.h"
#include "engine/logprobs.h"

namespace ashlar::engine {
namespace {

float to_finite_f32(double value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -kLargest, kLargest));
}

TokenId allowed_argmax(std::span<const float> scores, const grammar::TokenMask& mask) {
  std::optional<TokenId> best;
  for (TokenId id = 0; id < scores.size(); ++id)
    if (mask.allows(id) && (!best || scores[id] > scores[*best])) best = id;
  return best.value_or(0);
}

// What isn't allowed must not be the highest, for it is what the others are measured by.
std::span<const float> lowered(std::span<const float> scores, const grammar::TokenMask& mask,
                               std::vector<float>& out) {
  if (scores.data() != out.data()) out.assign(scores.begin(), scores.end());
  for (TokenId id = 0; id < out.size(); ++id)
    if (!mask.allows(id)) out[id] = std::numeric_limits<float>::lowest();
  return out;
}

}  // namespace

Sampler::Sampler(const SamplingParams& params, std::span<const TokenId> prompt)
    : params_(params),
      penalized_(params.repetition_penalty != 1 || params.presence_penalty != 0 ||
                 params.frequency_penalty != 0) {
  if (penalized_)
    for (const TokenId id : prompt) outputs_.try_emplace(id, 0);
}

Sampler Sampler::for_choice(std::uint32_t choice) const {
  Sampler other = *this;
  other.params_.choice = choice;
  return other;
}

void Sampler::commit(TokenId id) {
  if (penalized_) ++outputs_[id];
}

// Each id is changed by itself, so the map's order doesn't matter.
std::span<const float> Sampler::adjusted(std::span<const float> logits,
                                         std::vector<float>& out) const {
  if (!penalized_ && params_.logit_bias.empty()) return logits;
  out.assign(logits.begin(), logits.end());
  for (const auto& [id, count] : outputs_) {
    double logit = out[id];
    logit = logit > 0 ? logit / params_.repetition_penalty : logit * params_.repetition_penalty;
    if (count > 0) logit -= params_.presence_penalty + count * params_.frequency_penalty;
    out[id] = to_finite_f32(logit);
  }
  for (const auto& [id, bias] : params_.logit_bias) out[id] = to_finite_f32(out[id] + bias);
  return out;
}

std::optional<TokenId> Sampler::greedy(std::span<const float> logits) const {
  if (penalized_) return std::nullopt;
  TokenId best = argmax(logits);
  float highest = logits[best];
  const TokenId unbiased = best;
  for (const auto& [id, bias] : params_.logit_bias) {
    if (id == unbiased) return std::nullopt;  // another one may be the highest of the unbiased
    const float score = to_finite_f32(logits[id] + bias);
    if (score < highest || (score == highest && id > best)) continue;
    best = id;
    highest = score;
  }
  return best;
}

TokenId Sampler::sample(std::span<const float> logits, std::uint64_t position,
                        const grammar::TokenMask* mask) const {
  if (params_.temperature == 0 && !mask)
    if (const auto id = greedy(logits)) return *id;
  static thread_local std::vector<float> room;  // kept: a vocabulary's floats are many pages
  std::span<const float> scores = adjusted(logits, room);
  if (params_.temperature == 0) return mask ? allowed_argmax(scores, *mask) : argmax(scores);
  if (mask) scores = lowered(scores, *mask, room);
  Candidates candidates = weigh(scores, params_.temperature);
  if (mask) std::erase_if(candidates, [&](const Candidate& c) { return !mask->allows(c.id); });
  if (params_.top_k > 0) keep_top_k(candidates, params_.top_k);
  if (params_.typical_p < 1) keep_typical(candidates, params_.typical_p);
  if (params_.top_p < 1) keep_top_p(candidates, params_.top_p);
  if (params_.min_p > 0) keep_min_p(candidates, params_.min_p);
  return draw(candidates, base::uniform(params_.seed, params_.choice, position));
}

}  // namespace ashlar::engine
