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

TokenId Sampler::sample(std::span<const float> logits, std::uint64_t position) const {
  if (params_.temperature == 0)
    if (const auto id = greedy(logits)) return *id;
  static thread_local std::vector<float> room;  // kept: a vocabulary's floats are many pages
  const std::span<const float> scores = adjusted(logits, room);
  if (params_.temperature == 0) return argmax(scores);
  Candidates candidates = weigh(scores, params_.temperature);
  if (params_.top_k > 0) keep_top_k(candidates, params_.top_k);
  if (params_.typical_p < 1) keep_typical(candidates, params_.typical_p);
  if (params_.top_p < 1) keep_top_p(candidates, params_.top_p);
  if (params_.min_p > 0) keep_min_p(candidates, params_.min_p);
  return draw(candidates, base::uniform(params_.seed, params_.choice, position));
}

}  // namespace ashlar::engine
