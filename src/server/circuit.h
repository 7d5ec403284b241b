// Whether it is worth asking somebody who has failed: after a row of failures nobody is asked for a
// while, then one at a time tries again (Nygard, "Release It!": circuit breaker).
#pragma once

#include <chrono>
#include <mutex>

namespace ashlar::server {

class Circuit {
 public:
  using Clock = std::chrono::steady_clock;

  Circuit(unsigned most_failures, std::chrono::milliseconds rest)
      : most_failures_(most_failures), rest_(rest) {}

  // Whether to ask at `now`; who is told yes reports how it went.
  bool admits(Clock::time_point now);
  void succeeded();
  void failed(Clock::time_point now);
  void abandoned();  // asked, and not waited for

  // How long until somebody may ask again; zero while all may.
  std::chrono::milliseconds rest_left(Clock::time_point now) const;

 private:
  const unsigned most_failures_;
  const std::chrono::milliseconds rest_;
  mutable std::mutex mutex_;
  unsigned failures_ = 0;  // in a row
  bool probing_ = false;
  Clock::time_point open_until_ = {};
};

}  // namespace ashlar::server
