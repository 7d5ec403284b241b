// The answers of one model: those that run and those that wait for their turn, counted as they are
// let in, so that nobody has to ask the engine while it computes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "server/refusal.h"

namespace ashlar::server {

struct LaneLimits {
  std::uint64_t running = 16, most_waiting = 1 << 20;
};

class Lane {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Lane(const LaneLimits& limits)
      : running_(limits.running), most_waiting_(limits.most_waiting) {}

  // Lets `answers` in together. Refuses with 503 where more would wait than may, unless nobody is
  // there at all; retry_after is by how fast answers have ended lately.
  Admission<void> enter(std::uint64_t answers, Clock::time_point now = Clock::now());
  void leave(std::uint64_t answers, Clock::time_point now = Clock::now());

  void set_most_waiting(std::uint64_t most) { most_waiting_ = most; }
  std::uint64_t inside() const;

 private:
  const std::uint64_t running_;
  std::atomic<std::uint64_t> most_waiting_;
  mutable std::mutex mutex_;  // guards what is below
  std::uint64_t inside_ = 0;
  std::optional<Clock::time_point> last_;  // when an answer ended while others waited
  double seconds_ = 1;                     // between two such ends, lately
};

// Leaves the lane when it is let go of.
class Ticket {
 public:
  static Admission<std::shared_ptr<Ticket>> get(std::shared_ptr<Lane> lane, std::uint64_t answers);
  Ticket(std::shared_ptr<Lane> lane, std::uint64_t answers)
      : lane_(std::move(lane)), answers_(answers) {}
  ~Ticket() { lane_->leave(answers_); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

 private:
  std::shared_ptr<Lane> lane_;
  std::uint64_t answers_;
};

}  // namespace ashlar::server
