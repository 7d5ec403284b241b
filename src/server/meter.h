// What one key has under way and what it used in the last minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "server/refusal.h"

namespace ashlar::server {

class Meter {
 public:
  explicit Meter(std::shared_ptr<const base::Clock> clock) : clock_(std::move(clock)) {}

  // Limits of 0 are none. Tokens are counted when an answer ends: the request that goes over the
  // limit is answered to its end, the next one waits.
  Admission<void> enter(std::uint64_t max_requests, std::uint64_t tokens_per_minute);
  void leave(std::chrono::system_clock::time_point entered);
  void charge(std::uint64_t tokens);
  std::chrono::system_clock::time_point now() const { return clock_->now(); }

 private:
  using Seconds = std::chrono::sys_seconds;
  Admission<void> check_tokens(std::uint64_t most);

  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;  // guards what is below
  std::uint64_t under_way_ = 0, used_ = 0;
  std::deque<std::pair<Seconds, std::uint64_t>>
      minute_;          // tokens by the second; their sum is used_
  double seconds_ = 1;  // that a request takes, by the latest ones
};

}  // namespace ashlar::server
