// Work that waits for a disk, done in order on a thread of its own, so that others needn't.
#pragma once

#include <functional>
#include <memory>
#include <thread>

namespace ashlar::server {

class Errands {
 public:
  Errands();
  // Does what is left, and returns then; on its own thread at once.
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // From any thread; never waits. An errand must not throw.
  void post(std::function<void()> errand);

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace ashlar::server
