#include "server/deadlines.h"

#include <condition_variable>
#include <map>
#include <mutex>

namespace ashlar::server {

struct Deadlines::State {
  std::mutex mutex;  // guards what is below
  std::condition_variable wake;
  std::map<Deadline::Key, std::function<void()>> waiting;  // the nearest first
  std::uint64_t last = 0;
  bool closed = false;

  void work() {
    std::unique_lock lock(mutex);
    while (!closed) {
      if (waiting.empty()) {
        wake.wait(lock);
        continue;
      }
      const auto first = waiting.begin();
      if (const auto when = first->first.first; when > Clock::now()) {
        wake.wait_until(lock, when);
        continue;
      }
      auto passed = std::move(first->second);
      waiting.erase(first);
      lock.unlock();
      passed();
      passed = nullptr;  // what it holds goes while others may come
      lock.lock();
    }
  }
};

Deadlines::Deadline& Deadlines::Deadline::operator=(Deadline&& other) noexcept {
  take_back();
  state_ = std::exchange(other.state_, {});
  key_ = other.key_;
  return *this;
}

void Deadlines::Deadline::take_back() {
  std::function<void()> passed;  // goes without the lock
  if (const auto state = state_.lock()) {
    const std::scoped_lock lock(state->mutex);
    if (auto found = state->waiting.extract(key_)) passed = std::move(found.mapped());
  }
  state_.reset();
}

Deadlines::Deadlines()
    : state_(std::make_shared<State>()), thread_([state = state_] { state->work(); }) {}

Deadlines::~Deadlines() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->closed = true;
  }
  state_->wake.notify_all();
  thread_.join();
}

Deadline Deadlines::at(Clock::time_point when, std::function<void()> passed) {
  const std::scoped_lock lock(state_->mutex);
  const Deadline::Key key{when, ++state_->last};
  state_->waiting.emplace(key, std::move(passed));
  state_->wake.notify_one();
  return {state_, key};
}

}  // namespace ashlar::server
