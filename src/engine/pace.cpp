#include "engine/pace.h"

#include <algorithm>

namespace ashlar::engine {
namespace {

// Rows cost more the deeper they lie in a prompt, and machines have moods: the newest counts most.
void follow(double& estimate, double found) {
  estimate = estimate == 0 ? found : (estimate + found) / 2;
}

}  // namespace

double Pace::budget(std::uint32_t decoding) const {
  if (decoding != decoding_) return kBudget * quiet_ms_;
  const double deeper = quiet_ms_ - before_ms_;
  return std::max(kBudget * before_ms_ - deeper, kBudget / 2 * quiet_ms_);
}

std::uint32_t Pace::prompt_rows(std::uint32_t reading, std::uint32_t decoding) const {
  if (decoding == 0) return chunk_;
  if (quiet_ms_ == 0 || since_quiet_ >= kProbe) return 0;
  const double share = std::max(1.0, static_cast<double>(reading) / decoding);
  // Up at times: what a step costs however few rows it reads is seen only where more are tried.
  const double rows = share * (row_ms_ == 0 ? kUnknown : budget(decoding) / row_ms_);
  const double least = std::min(kLeast, chunk_);
  return static_cast<std::uint32_t>(std::clamp<double>(rows + kRoundUp, least, chunk_));
}

void Pace::learn(const StepCost& step) {
  if (step.decoding == 0) return;
  if (step.prompt_rows == 0) {
    follow(quiet_ms_, step.ms);
    if (since_quiet_ == 0 || step.decoding != decoding_) {
      before_ms_ = quiet_ms_;
      decoding_ = step.decoding;
    }
    since_quiet_ = 0;
    return;
  }
  ++since_quiet_;
  const double least = quiet_ms_ / 64;  // of a step that was quicker than a quiet one
  follow(row_ms_, std::max(step.ms - quiet_ms_, least) / step.prompt_rows);
}

}  // namespace ashlar::engine
