// How many rows of prompts a step may carry beside sequences that decode: as many as make it
// some 2.6 times as long as a step of theirs was before the prompts came, so that a stream's next
// token comes at most about so much later, and a prompt takes at most about three times its time.
// Learned from what steps took, in whatever unit the backend counts. Decides when, never what.
#pragma once

#include <cstdint>

namespace ashlar::engine {

// What a step did and what it took.
struct StepCost {
  std::uint32_t decoding = 0;     // sequences that decoded
  std::uint32_t prompt_rows = 0;  // of prompts
  double ms = 0;
};

class Pace {
 public:
  static constexpr double kBudget = 1.6;        // of the decoding's time
  static constexpr double kRoundUp = 0.1;       // a row more where so little of it is over
  static constexpr std::uint32_t kLeast = 1;    // rows, while others decode
  static constexpr std::uint32_t kProbe = 32;   // every so often a step without prompts is measured
  static constexpr std::uint32_t kUnknown = 8;  // rows, before anything was measured

  // At most `chunk` rows in any step. REQUIRES: chunk > 0.
  explicit Pace(std::uint32_t chunk) : chunk_(chunk) {}

  // Rows for the prompts of `reading` sequences while `decoding` others decode; all of the chunk
  // when none does. Where more read than decode, the prompts' part of the time grows in proportion.
  // 0 only while others decode, to measure.
  std::uint32_t prompt_rows(std::uint32_t reading, std::uint32_t decoding) const;

  std::uint32_t chunk() const { return chunk_; }

  void learn(const StepCost& step);

 private:
  // For the prompts' part of a step, in ms.
  double budget(std::uint32_t decoding) const;

  std::uint32_t chunk_;
  double quiet_ms_ = 0;            // a step that only decodes; 0: not known
  double row_ms_ = 0;              // what a row of a prompt adds to it; 0: not known
  std::uint32_t since_quiet_ = 0;  // steps with prompts since quiet_ms_ was measured
  double before_ms_ = 0;           // quiet_ms_ before the prompts came; streams deepen meanwhile
  std::uint32_t decoding_ = 0;     // sequences that before_ms_ is of
};

}  // namespace ashlar::engine
