#include "server/retention.h"

#include <utility>

#include "server/runs.h"

namespace ashlar::server {
namespace {

constexpr double kSecondsOfDay = 86400;

std::int64_t unix_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

Result<std::unique_ptr<Retention>> Retention::begin(std::shared_ptr<Runs> runs, double days) {
  std::unique_ptr<Retention> retention(new Retention(std::move(runs), days));
  ASHLAR_TRY(retention->sweep());
  retention->thread_ =
      std::jthread([self = retention.get()](std::stop_token stop) { self->work(std::move(stop)); });
  return retention;
}

void Retention::set_days(double days) {
  {
    const std::scoped_lock lock(mutex_);
    days_ = days;
    swept_ = false;
  }
  changed_.notify_all();
}

std::optional<std::int64_t> Retention::expiry_of(std::int64_t created) const {
  const std::scoped_lock lock(mutex_);
  if (days_ == 0) return std::nullopt;
  return created + static_cast<std::int64_t>(days_ * kSecondsOfDay);
}

Status Retention::sweep() {
  const std::int64_t now = unix_now();
  if (const auto expiry = expiry_of(now)) return runs_->forget_before(2 * now - *expiry);
  return {};
}

void Retention::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait_for(lock, stop, std::chrono::hours(1), [&] { return !swept_; });
    swept_ = true;
    if (stop.stop_requested()) return;
    lock.unlock();
    static_cast<void>(sweep());  // what a full disk keeps is tried again in an hour
    lock.lock();
  }
}

}  // namespace ashlar::server
