// How far one distribution over the vocabulary is from another, given the logits of both. Knows
// nothing of models. Computed in double with libm: this measures the product, it is no part of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"

namespace ashlar::bench {

// Index of the largest logit; the lower index on ties.
std::uint32_t argmax(std::span<const float> logits);

// log(sum(exp(logits))).
double log_sum_exp(std::span<const float> logits);

// Natural log-probability of `id` under the softmax of `logits`.
double log_probability(std::span<const float> logits, std::uint32_t id);

// Softmax of a reference, kept so that several candidates can be held against it.
class Reference {
 public:
  explicit Reference(std::span<const float> logits);
  // KL(reference || candidate) in nats: sum of p (log p - log q). Not negative but for rounding.
  double divergence(std::span<const float> candidate) const;

 private:
  std::span<const float> logits_;
  double log_sum_;
  std::vector<double> probability_;
};

// Sums over the rows of one window.
struct Comparison {
  double divergence = 0;
  std::uint64_t same_top1 = 0;
};

// Row by row, reference against each candidate. All hold rows × vocabulary logits.
std::vector<Comparison> compare(std::span<const float> reference,
                                std::span<const std::span<const float>> candidates,
                                std::size_t vocabulary, base::ThreadPool& pool);

}  // namespace ashlar::bench
