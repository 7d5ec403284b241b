// Draws one sequence's tokens from its logits. A draw depends on the logits, the parameters, what
// the sequence holds so far and the generator's key (seed, choice, position), on nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/sampling.h"
#include "grammar/constraint.h"

namespace ashlar::engine {

class Sampler {
 public:
  // REQUIRES: params.validate() passed. The prompt is not kept.
  Sampler(const SamplingParams& params, std::span<const TokenId> prompt);

  // The token for `position`, its index in the sequence. In this order: repetition penalty,
  // presence and frequency penalty, logit_bias, temperature, top_k, typical_p, top_p, min_p, draw.
  // At temperature 0 the highest logit after penalties and bias (ties: lowest id); no filter
  // changes that. REQUIRES: logits [V] are finite.
  // A `mask` leaves its tokens alone to draw from, after the bias; null: all. REQUIRES: it allows
  // one.
  TokenId sample(std::span<const float> logits, std::uint64_t position,
                 const grammar::TokenMask* mask = nullptr) const;

  // Draws as this one has so far, with another choice in the generator's key.
  Sampler for_choice(std::uint32_t choice) const;

  // Counts a token of the output; the penalties of later draws see it.
  void commit(TokenId id);

 private:
  // The highest after bias, without writing all of them down; nullopt where that takes more than a
  // look at the biased ones.
  std::optional<TokenId> greedy(std::span<const float> logits) const;
  // The logits after penalties and bias; `room` holds them if they differ from the model's.
  std::span<const float> adjusted(std::span<const float> logits, std::vector<float>& room) const;

  SamplingParams params_;
  bool penalized_;
  std::unordered_map<TokenId, std::uint32_t> outputs_;  // id of prompt or output → times in output
};

}  // namespace ashlar::engine
