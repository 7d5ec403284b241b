// Time behind an interface, so that a test can hold it still.
#pragma once

#include <chrono>

namespace ashlar::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::now();
  }
};

// Milliseconds since construction, on the monotonic clock.
class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(Monotonic::now() - start_).count();
  }

 private:
  using Monotonic = std::chrono::steady_clock;
  Monotonic::time_point start_ = Monotonic::now();
};

}  // namespace ashlar::base
