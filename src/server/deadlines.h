// Moments at which something is done unless it is taken back before: when an answer has had its
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace ashlar::server {

class Deadlines {
  struct State;

 public:
  using Clock = std::chrono::steady_clock;

  // One of them, taken back when it is let go of. What it calls may be under way then.
  class Deadline {
   public:
    Deadline() = default;
    ~Deadline() { take_back(); }
    Deadline(Deadline&& other) noexcept { *this = std::move(other); }
    Deadline& operator=(Deadline&& other) noexcept;

   private:
    friend class Deadlines;
    using Key = std::pair<Clock::time_point, std::uint64_t>;
    Deadline(std::weak_ptr<State> state, Key key) : state_(std::move(state)), key_(key) {}
    void take_back();

    std::weak_ptr<State> state_;
    Key key_ = {};
  };

  Deadlines();
  ~Deadlines();  // of what is left nothing is done
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // From any thread. `passed` is called on one of this, returns at once and must not throw.
  [[nodiscard]] Deadline at(Clock::time_point when, std::function<void()> passed);

 private:
  std::shared_ptr<State> state_;
  std::thread thread_;
};
using Deadline = Deadlines::Deadline;

}  // namespace ashlar::server
