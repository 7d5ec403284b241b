// Adds guesses to the rows of sequences that decode, as many as pay: prices them by the time that
// the model's steps take, and tells the draft what became of them. Trying may cost a small share of
// the time, plus what was gained before: when that is spent, nothing is guessed for a while. What a
// structure leaves no choice of is certain, and needs no price. The answer stays the same; see
// Sequence::pick.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/backend.h"
#include "engine/draft.h"
#include "engine/scheduler.h"

namespace ashlar::engine {

class Speculator {
 public:
  static constexpr std::uint32_t kMostOfOne = 16;  // guesses for a sequence in a step

  // Without a draft nothing is guessed. `guesses` for a sequence in a step, as far as the draft has
  // any; 0: as many as pay. With `jumps`, what a structure leaves no choice of is fed in one step.
  explicit Speculator(std::unique_ptr<Draft> draft, std::uint32_t guesses = 0, bool jumps = false)
      : draft_(std::move(draft)), guesses_(guesses), jumps_(jumps) {}

  // Before `backend` computes the step.
  void guess(Batch& batch, const Backend& backend, const model::Abandoned& abandoned);

  // Before it is committed; `picked` tokens came of each slot.
  void learn(const Batch& batch, const std::vector<std::uint32_t>& picked);

 private:
  static constexpr std::uint32_t kMost = 48;  // of all: what a workspace is planned for

  // In steps: what is allowed for each step, at first, and at most.
  static constexpr double kAllowed = 0.02, kAllowedFirst = 3, kAllowedMost = 200;

  std::uint32_t jump(Batch& batch) const;  // returns how many rows that added
  void propose(std::vector<Ask>& asks, const Backend& backend, const model::Abandoned& abandoned);

  std::unique_ptr<Draft> draft_;
  std::uint32_t guesses_;
  bool jumps_;
  double allowance_ = kAllowedFirst;  // below 0: spent
  double row_ = 0;                    // of the last step: a row's price to one sequence
  double sequences_ = 1;
};

}  // namespace ashlar::engine
