#include "engine/async_engine.h"

#include <utility>

namespace ashlar::engine {

AsyncEngine::AsyncEngine(std::unique_ptr<Engine> engine)
    : engine_(std::move(engine)), thread_([this] { loop(); }) {}

AsyncEngine::~AsyncEngine() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<RequestId> AsyncEngine::submit(Request request) {
  auto id = engine_->submit(std::move(request));
  {
    std::lock_guard lock(mutex_);
    work_ = true;
  }
  wake_.notify_one();
  return id;
}

void AsyncEngine::between_steps(const std::function<void(Engine&)>& use) {
  {
    std::unique_lock lock(mutex_);
    ++pauses_;
    rested_.wait(lock, [this] { return !stepping_; });
  }
  {
    std::lock_guard turn(turn_);
    use(*engine_);
  }
  {
    std::lock_guard lock(mutex_);
    --pauses_;
    work_ = true;
  }
  wake_.notify_one();
}

void AsyncEngine::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || (work_ && pauses_ == 0); });
    if (stopping_) return;
    work_ = false;
    stepping_ = true;
    lock.unlock();
    const bool more = engine_->step();
    lock.lock();
    stepping_ = false;
    work_ |= more;
    rested_.notify_all();
  }
}

}  // namespace ashlar::engine
