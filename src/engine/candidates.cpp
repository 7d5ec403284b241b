#include "engine/candidates.h"

#include <algorithm>

#include "kernels/math.h"

namespace ashlar::engine {
namespace {

constexpr double kLargestScale = 1e30;  // 1 / temperature must stay finite in f32

bool likelier(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

void sort_by_id(Candidates& candidates) {
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.id < b.id; });
}

double total_weight(const Candidates& candidates) {
  double sum = 0;
  for (const Candidate& c : candidates) sum += c.weight;
  return sum;
}

// Keeps the shortest prefix, in the order of `before`, that holds `mass` of the probability. A heap
// orders only as many as are kept.
template <class Before>
void keep_prefix(Candidates& candidates, double mass, Before before) {
  const double enough = mass * total_weight(candidates);
  const auto after = [&](const Candidate& a, const Candidate& b) { return before(b, a); };
  std::make_heap(candidates.begin(), candidates.end(), after);
  auto kept = candidates.end();  // what was taken so far lies from here on
  double sum = 0;
  do {
    std::pop_heap(candidates.begin(), kept, after);
    sum += (--kept)->weight;
  } while (sum < enough && kept != candidates.begin());
  candidates.erase(candidates.begin(), kept);
  sort_by_id(candidates);
}

}  // namespace

Candidates weigh(std::span<const float> logits, double temperature) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  const float scale = static_cast<float>(std::min(1 / temperature, kLargestScale));
  std::vector<float> weights(logits.size());
  kernels::exp_scaled(logits, highest, scale, weights);
  Candidates candidates;
  candidates.reserve(logits.size());
  for (std::size_t id = 0; id < logits.size(); ++id)
    if (weights[id] > 0)
      candidates.push_back(
          {static_cast<tokenizer::TokenId>(id), (logits[id] - highest) * scale, weights[id]});
  return candidates;
}

void keep_top_k(Candidates& candidates, std::uint32_t k) {
  if (k >= candidates.size()) return;
  std::nth_element(candidates.begin(), candidates.begin() + k, candidates.end(), likelier);
  candidates.resize(std::max(k, 1u));
  sort_by_id(candidates);
}

// With p = weight / W: entropy = log W - Σ weight·score / W and -log p = log W - score, so their
// distance needs no logarithm.
void keep_typical(Candidates& candidates, double mass) {
  double moment = 0;
  for (const Candidate& c : candidates) moment += double{c.weight} * c.score;
  const double mean_score = moment / total_weight(candidates);
  const auto distance = [&](const Candidate& c) {
    const double d = mean_score - c.score;
    return d < 0 ? -d : d;
  };
  keep_prefix(candidates, mass, [&](const Candidate& a, const Candidate& b) {
    const double da = distance(a), db = distance(b);
    return da != db ? da < db : a.id < b.id;
  });
}

void keep_top_p(Candidates& candidates, double mass) {
  keep_prefix(candidates, mass, likelier);
}

void keep_min_p(Candidates& candidates, double ratio) {
  double highest = 0;
  for (const Candidate& c : candidates) highest = std::max(highest, double{c.weight});
  std::erase_if(candidates, [&](const Candidate& c) { return c.weight < ratio * highest; });
}

tokenizer::TokenId draw(const Candidates& candidates, double u) {
  const double target = u * total_weight(candidates);
  double sum = 0;
  for (const Candidate& c : candidates)
    if ((sum += c.weight) > target) return c.id;
  return candidates.back().id;  // u × total rounded up to the total
}

}  // namespace ashlar::engine
