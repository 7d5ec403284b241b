#include "bench/logits/divergence.h"

#include <algorithm>
#include <cmath>

namespace ashlar::bench {

std::uint32_t argmax(std::span<const float> logits) {
  return static_cast<std::uint32_t>(std::max_element(logits.begin(), logits.end()) -
                                    logits.begin());
}

double log_sum_exp(std::span<const float> logits) {
  const double top = logits[argmax(logits)];
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  return top + std::log(sum);
}

double log_probability(std::span<const float> logits, std::uint32_t id) {
  return logits[id] - log_sum_exp(logits);
}

Reference::Reference(std::span<const float> logits)
    : logits_(logits), log_sum_(log_sum_exp(logits)), probability_(logits.size()) {
  for (std::size_t i = 0; i < logits.size(); ++i) probability_[i] = std::exp(logits[i] - log_sum_);
}

double Reference::divergence(std::span<const float> candidate) const {
  const double shift = log_sum_ - log_sum_exp(candidate);
  double sum = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const double log_ratio = (double{logits_[i]} - double{candidate[i]}) - shift;
    sum += probability_[i] * log_ratio;
  }
  return sum;
}

std::vector<Comparison> compare(std::span<const float> reference,
                                std::span<const std::span<const float>> candidates,
                                std::size_t vocabulary, base::ThreadPool& pool) {
  const std::size_t rows = reference.size() / vocabulary;
  std::vector<std::vector<Comparison>> by_row(rows, std::vector<Comparison>(candidates.size()));
  pool.run(rows, [&](std::size_t row, unsigned) {
    const auto row_of = [&](std::span<const float> all) {
      return all.subspan(row * vocabulary, vocabulary);
    };
    const Reference truth(row_of(reference));
    const std::uint32_t top1 = argmax(row_of(reference));
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      const auto candidate = row_of(candidates[c]);
      by_row[row][c] = {truth.divergence(candidate), argmax(candidate) == top1};
    }
  });
  std::vector<Comparison> total(candidates.size());
  for (const auto& row : by_row)
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      total[c].divergence += row[c].divergence;
      total[c].same_top1 += row[c].same_top1;
    }
  return total;
}

}  // namespace ashlar::bench
