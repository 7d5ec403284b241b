#include "server/circuit.h"

#include <algorithm>

namespace ashlar::server {

bool Circuit::admits(Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  if (failures_ < most_failures_) return true;
  if (probing_ || now < open_until_) return false;
  probing_ = true;
  return true;
}

void Circuit::succeeded() {
  const std::scoped_lock lock(mutex_);
  failures_ = 0;
  probing_ = false;
}

void Circuit::failed(Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  ++failures_;
  probing_ = false;
  open_until_ = now + rest_;
}

void Circuit::abandoned() {
  const std::scoped_lock lock(mutex_);
  probing_ = false;
}

std::chrono::milliseconds Circuit::rest_left(Clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  if (failures_ < most_failures_) return std::chrono::milliseconds(0);
  return std::max(std::chrono::milliseconds(1),
                  std::chrono::ceil<std::chrono::milliseconds>(open_until_ - now));
}

}  // namespace ashlar::server
