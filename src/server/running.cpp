#include "server/running.h"

#include <vector>

namespace ashlar::server {

std::shared_ptr<net::Exchange> Running::add(const std::string& id, GatheredExchange::Done done) {
  auto exchange = std::make_shared<GatheredExchange>(
      [this, id, done = std::move(done)](net::Response response) {
        if (done) done(std::move(response));
        remove(id);
      });
  const std::scoped_lock lock(mutex_);
  exchanges_[id] = exchange;
  if (ending_) exchange->leave();
  return exchange;
}

void Running::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  exchanges_.erase(id);
  if (exchanges_.empty()) none_.notify_all();
}

std::size_t Running::count() const {
  const std::scoped_lock lock(mutex_);
  return exchanges_.size();
}

void Running::stop(std::string_view id) {
  std::shared_ptr<GatheredExchange> exchange;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = exchanges_.find(id); found != exchanges_.end())
      exchange = found->second.lock();
  }
  if (exchange) exchange->leave();
}

void Running::end() {
  std::vector<std::shared_ptr<GatheredExchange>> open;
  std::unique_lock lock(mutex_);
  ending_ = true;
  for (const auto& [id, exchange] : exchanges_)
    if (auto held = exchange.lock()) open.push_back(std::move(held));
  lock.unlock();
  for (const auto& exchange : open) exchange->leave();
  open.clear();
  lock.lock();
  none_.wait(lock, [&] { return exchanges_.empty(); });
}

}  // namespace ashlar::server
