// Kullback-Leibler divergence between two distributions over a vocabulary.
#pragma once

#include <span>

namespace ashlar::llm {

// KL(P ‖ Q) in nats from the logits of both and their log-sum-exps, summed in id order.
// REQUIRES: finite logits, equally many.
double divergence(std::span<const float> p, double p_total, std::span<const float> q,
                  double q_total);

}  // namespace ashlar::llm
