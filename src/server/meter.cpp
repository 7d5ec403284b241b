#include "server/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ashlar::server {

using namespace std::chrono_literals;

namespace {

constexpr double kWeight = 0.3;  // of the latest request in the average
constexpr auto kWindow = 60s;

}  // namespace

Admission<void> Meter::enter(std::uint64_t max_requests, std::uint64_t tokens_per_minute) {
  const std::scoped_lock lock(mutex_);
  if (max_requests > 0 && under_way_ >= max_requests) {
    const double wait = seconds_ / static_cast<double>(under_way_);
    return refuse(429,
                  Error{ErrorKind::exhausted,
                        fmt::format("{} requests of this key are under way", under_way_), "key",
                        fmt::format("wait for one to end: it may have {}", max_requests)},
                  "key_requests", static_cast<unsigned>(std::clamp(std::ceil(wait), 1.0, 60.0)));
  }
  if (auto fine = check_tokens(tokens_per_minute); !fine) return fine;
  ++under_way_;
  return {};
}

// A second leaves the window 60 s after its end.
Admission<void> Meter::check_tokens(std::uint64_t most) {
  const auto now = clock_->now();
  for (; !minute_.empty() && minute_.front().first + kWindow + 1s <= now; minute_.pop_front())
    used_ -= minute_.front().second;
  if (most == 0 || used_ < most) return {};
  std::uint64_t left = used_;
  auto room = now;
  for (const auto& [second, tokens] : minute_) {
    left -= tokens;
    room = second + kWindow + 1s;
    if (left < most) break;
  }
  const auto wait = std::chrono::ceil<std::chrono::seconds>(room - now);
  return refuse(
      429,
      Error{ErrorKind::exhausted, fmt::format("this key used {} tokens in the last minute", used_),
            "key", fmt::format("wait {} s: it may use {} a minute", wait.count(), most)},
      "key_tokens", static_cast<unsigned>(std::max<std::int64_t>(wait.count(), 1)));
}

void Meter::leave(std::chrono::system_clock::time_point entered) {
  const std::scoped_lock lock(mutex_);
  --under_way_;
  const double took = std::chrono::duration<double>(clock_->now() - entered).count();
  seconds_ += kWeight * (std::max(took, 0.0) - seconds_);
}

void Meter::charge(std::uint64_t tokens) {
  if (tokens == 0) return;
  const std::scoped_lock lock(mutex_);
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_->now());
  if (minute_.empty() || minute_.back().first != second) minute_.emplace_back(second, 0);
  minute_.back().second += tokens;
  used_ += tokens;
}

}  // namespace ashlar::server
