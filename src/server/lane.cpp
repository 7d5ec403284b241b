#include "server/lane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ashlar::server {
namespace {

constexpr double kWeight = 0.3;  // of the latest end in the average

}  // namespace

Admission<void> Lane::enter(std::uint64_t answers, Clock::time_point) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t most = running_ + most_waiting_;
  if (inside_ > 0 && inside_ + answers > most) {
    const std::uint64_t waiting = inside_ - std::min(inside_, running_);
    const double wait = seconds_ * static_cast<double>(inside_ + answers - most);
    return refuse(503,
                  Error{ErrorKind::exhausted,
                        fmt::format("{} answers are under way and {} wait: the queue is full",
                                    inside_ - waiting, waiting),
                        "queue", "try again later, or raise max_queue"},
                  "queue", static_cast<unsigned>(std::clamp(std::ceil(wait), 1.0, 600.0)));
  }
  inside_ += answers;
  return {};
}

void Lane::leave(std::uint64_t answers, Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  const bool waited = inside_ > running_;
  inside_ -= answers;
  if (waited && last_) {
    const double apart =
        std::chrono::duration<double>(now - *last_).count() / static_cast<double>(answers);
    seconds_ += kWeight * (apart - seconds_);
  }
  last_ = waited ? std::optional(now) : std::nullopt;
}

std::uint64_t Lane::inside() const {
  const std::scoped_lock lock(mutex_);
  return inside_;
}

Admission<std::shared_ptr<Ticket>> Ticket::get(std::shared_ptr<Lane> lane, std::uint64_t answers) {
  if (auto fine = lane->enter(answers); !fine) return tl::unexpected(std::move(fine.error()));
  return std::make_shared<Ticket>(std::move(lane), answers);
}

}  // namespace ashlar::server
