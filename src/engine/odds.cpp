#include "engine/odds.h"

#include <algorithm>

namespace ashlar::engine {

// With odds p, g guesses give 1 + p + … + p^g tokens for the time of 1 + g·price. One more is worth
// it as long as that raises their ratio.
std::uint32_t Odds::worth(double price, std::uint32_t most) {
  const double one = of_one();
  double odds = one, tokens = 1, time = 1;
  std::uint32_t count = 0;
  for (; count < most && odds * time > price * tokens; ++count) {
    tokens += odds;
    time += price;
    odds *= one;
  }
  if (most == 0) return 0;
  if (count > 0) {
    rest_ = kShortestRest;
    return count;
  }
  if (++rested_ < rest_) return 0;
  rested_ = 0;
  rest_ = std::min(2 * rest_, kLongestRest);
  return 1;
}

// After a wrong guess nothing is known of those that followed it.
void Odds::learn(std::uint32_t proposed, std::uint32_t accepted) {
  for (std::uint32_t i = 0; i < std::min(proposed, accepted + 1); ++i) {
    right_ = kMemory * right_ + (i < accepted ? 1 : 0);
    tried_ = kMemory * tried_ + 1;
  }
}

}  // namespace ashlar::engine
