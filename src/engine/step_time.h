// The time of a decoding step as a straight line over its rows, fitted to the latest steps (least
// squares, older ones forgotten). Changes what is tried, never what is answered.
#pragma once

#include <cstdint>

namespace ashlar::engine {

class StepTime {
 public:
  // A step of `rows` rows took so long. One that something else held up counts for no more than
  // twice what was expected.
  void learn(std::uint32_t rows, double ms);

  double of(std::uint32_t rows) const;  // ms; 0 before the first step
 private:
  static constexpr double kMemory = 0.97;
  // Before steps of several sizes were seen, a row takes this share of a step of one row.
  static constexpr double kFirstShare = 0.15, kFirstWeight = 4;

  double of_one_more_row() const;
  double mean_rows() const { return rows_ / weight_; }
  double mean_ms() const { return ms_ / weight_; }

  double weight_ = 0, rows_ = 0, ms_ = 0, rows_rows_ = 0, rows_ms_ = 0;  // sums
};

}  // namespace ashlar::engine
