#include "server/errands.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace ashlar::server {

struct Errands::Queue {
  std::mutex mutex;  // guards what is below
  std::condition_variable wake;
  std::deque<std::function<void()>> waiting;
  bool closed = false;

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return closed || !waiting.empty(); });
      if (waiting.empty()) return;
      auto errand = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      errand();
      errand = nullptr;  // what it holds goes while the queue is free
      lock.lock();
    }
  }
};

Errands::Errands()
    : queue_(std::make_shared<Queue>()), thread_([queue = queue_] { queue->work(); }) {}

Errands::~Errands() {
  {
    const std::scoped_lock lock(queue_->mutex);
    queue_->closed = true;
  }
  queue_->wake.notify_all();
  // The last errand may hold what holds this.
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else
    thread_.join();
}

void Errands::post(std::function<void()> errand) {
  const auto queue = queue_;  // the errand may end this
  {
    const std::scoped_lock lock(queue->mutex);
    queue->waiting.push_back(std::move(errand));
  }
  queue->wake.notify_one();
}

}  // namespace ashlar::server
