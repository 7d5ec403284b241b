// How likely the next guess of one kind is right, from what became of the latest ones, and how many
// are worth their price. Where none is, it rests, and tries one guess after ever longer rests, so
// that text that can't be guessed is hardly slowed.
#pragma once

#include <cstdint>

namespace ashlar::engine {

class Odds {
 public:
  // `first`: the odds before anything is known.
  explicit Odds(double first) : first_(first) {}

  // The number of guesses, up to `most`, with which a step gives the most tokens in its time; each
  // costs `price` of a token's time.
  std::uint32_t worth(double price, std::uint32_t most);

  // Of `proposed` guesses in a row the first `accepted` were right.
  void learn(std::uint32_t proposed, std::uint32_t accepted);

  double of_one() const { return (right_ + kFirstWeight * first_) / (tried_ + kFirstWeight); }

 private:
  static constexpr double kMemory = 0.9;     // of the counts at each guess
  static constexpr double kFirstWeight = 2;  // guesses that `first` counts as
  static constexpr std::uint32_t kShortestRest = 4, kLongestRest = 1024;

  double first_;
  double right_ = 0, tried_ = 0;
  std::uint32_t rested_ = 0, rest_ = kShortestRest;  // calls
};

}  // namespace ashlar::engine
