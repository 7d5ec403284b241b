#include "engine/logprobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/math.h"

namespace ashlar::engine {

Status check_finite(std::span<const float> logits) {
  const auto bad =
      std::find_if(logits.begin(), logits.end(), [](float l) { return !std::isfinite(l); });
  if (bad == logits.end()) return {};
  return fail(ErrorKind::corrupt,
              fmt::format("the model gave the logit {} for token {}", *bad, bad - logits.begin()),
              "logits", "the weights are damaged or out of range: check the file's sha256");
}

TokenId argmax(std::span<const float> logits) {
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
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
