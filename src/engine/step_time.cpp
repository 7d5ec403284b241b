#include "engine/step_time.h"

#include <algorithm>

namespace ashlar::engine {

void StepTime::learn(std::uint32_t rows, double ms) {
  if (weight_ > 0) ms = std::min(ms, 2 * of(rows));
  for (double* sum : {&weight_, &rows_, &ms_, &rows_rows_, &rows_ms_}) *sum *= kMemory;
  const double x = rows;
  weight_ += 1;
  rows_ += x;
  ms_ += ms;
  rows_rows_ += x * x;
  rows_ms_ += x * ms;
}

double StepTime::of(std::uint32_t rows) const {
  if (weight_ == 0) return 0;
  return mean_ms() + of_one_more_row() * (rows - mean_rows());
}

// The first share is an observation of its own, so that the slope is known from the start.
double StepTime::of_one_more_row() const {
  if (weight_ == 0) return 0;
  const double spread = rows_rows_ - rows_ * mean_rows();
  const double together = rows_ms_ - rows_ * mean_ms();
  const double whole = mean_ms() / (1 + kFirstShare * (mean_rows() - 1));  // a step of one row
  const double slope = (together + kFirstWeight * kFirstShare * whole) / (spread + kFirstWeight);
  return std::clamp(slope, 0.02 * whole, mean_ms() / mean_rows());
}

}  // namespace ashlar::engine
