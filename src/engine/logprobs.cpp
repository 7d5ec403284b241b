#include "engine/logprobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/math.h"

namespace ashlar::engine {

namespace {

// Lanes side by side, which compilers put into vector registers.
constexpr std::size_t kLanes = 16, kStretch = 64 * kLanes;

// The largest of a stretch. REQUIRES: no NaN.
float largest(std::span<const float> stretch) {
  float lanes[kLanes];
  std::fill_n(lanes, kLanes, stretch.front());
  std::size_t at = 0;
  for (; at + kLanes <= stretch.size(); at += kLanes)
    for (std::size_t i = 0; i < kLanes; ++i)
      lanes[i] = stretch[at + i] > lanes[i] ? stretch[at + i] : lanes[i];
  const float of_lanes = *std::max_element(lanes, lanes + kLanes);
  return at == stretch.size()
             ? of_lanes
             : std::max(of_lanes,
                        *std::max_element(stretch.begin() + static_cast<long>(at), stretch.end()));
}

// A number times zero is zero; infinity and NaN make NaN of it, which every sum keeps.
bool all_finite(std::span<const float> values) {
  float lanes[kLanes] = {};
  std::size_t at = 0;
  for (; at + kLanes <= values.size(); at += kLanes)
    for (std::size_t i = 0; i < kLanes; ++i) lanes[i] += values[at + i] * 0.0f;
  float sum = std::accumulate(lanes, lanes + kLanes, 0.0f);
  for (; at < values.size(); ++at) sum += values[at] * 0.0f;
  return sum == 0;
}

}  // namespace

Status check_finite(std::span<const float> logits) {
  if (all_finite(logits)) return {};
  const auto bad = std::ranges::find_if(logits, [](float l) { return !std::isfinite(l); });
  return fail(ErrorKind::corrupt,
              fmt::format("the model gave the logit {} for token {}", *bad, bad - logits.begin()),
              "logits", "the weights are damaged or out of range: check the file's sha256");
}

TokenId argmax(std::span<const float> logits) {
  std::span<const float> best;
  float highest = 0;
  for (std::size_t at = 0; at < logits.size(); at += kStretch) {
    const auto stretch = logits.subspan(at, std::min(kStretch, logits.size() - at));
    const float found = largest(stretch);
    if (!best.empty() && !(found > highest)) continue;
    best = stretch;
    highest = found;
  }
  return static_cast<TokenId>(&*std::ranges::find(best, highest) - logits.data());
}

TokenLogprob logprob_of(std::span<const float> logits, TokenId id, std::uint32_t top) {
  const double total = kernels::log_sum_exp(logits);
  TokenLogprob result{id, logits[id] - total, {}};
  if (top == 0) return result;
  std::vector<TokenId> order(logits.size());
  std::iota(order.begin(), order.end(), TokenId{0});
  std::partial_sort(order.begin(), order.begin() + top, order.end(), [&](TokenId a, TokenId b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  for (std::uint32_t i = 0; i < top; ++i)
    result.top.emplace_back(order[i], logits[order[i]] - total);
  return result;
}

}  // namespace ashlar::engine
