// The tokens that may still be drawn, and the filters that narrow them: pure functions of a list,
// which know nothing of parameters, penalties or randomness.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

struct Candidate {
  tokenizer::TokenId id;
  float score;   // (logit - maximum) / temperature: at most 0
  float weight;  // exp(score): its probability times the same constant for all
  bool operator==(const Candidate&) const = default;
};

// Always in order of ids, so that sums over it have one order, and never empty. Every filter takes
// probabilities as renormalized over what the one before it left, and leaves at least one.
using Candidates = std::vector<Candidate>;

// All tokens of non-zero weight. REQUIRES: logits finite and not empty, temperature > 0.
Candidates weigh(std::span<const float> logits, double temperature);

// The k of highest score, ties by lower id.
void keep_top_k(Candidates& candidates, std::uint32_t k);

// The smallest set of probability at least `mass` whose information content is nearest to the
// entropy (Meister et al. 2022, "Locally Typical Sampling").
void keep_typical(Candidates& candidates, double mass);

// The smallest set of the likeliest with probability at least `mass` (Holtzman et al. 2019, "The
// Curious Case of Neural Text Degeneration").
void keep_top_p(Candidates& candidates, double mass);

// Those at least `ratio` times as likely as the likeliest (Nguyen et al. 2024, "Min-p sampling").
void keep_min_p(Candidates& candidates, double ratio);

// The candidate at `u` of the cumulated probability in order of ids. REQUIRES: 0 ≤ u < 1.
tokenizer::TokenId draw(const Candidates& candidates, double u);

}  // namespace ashlar::engine
