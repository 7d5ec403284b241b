// Work that takes longer than a worker of the server should be kept: downloads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"

namespace ashlar::server {

class Background {
 public:
  static constexpr std::size_t kMost = 8;  // at once

  Background() = default;
  // Asks all to stop and waits for them.
  ~Background();

  // Runs `work` on a thread of its own; `stop` and the end of this both ask it to stop. It must not
  // throw. Errors: exhausted, where kMost are under way.
  Status run(std::stop_source stop, std::function<void(std::stop_token)> work);

 private:
  struct Job {
    std::stop_source stop;
    std::shared_ptr<std::atomic<bool>> done;
    std::jthread thread;
  };
  std::mutex mutex_;
  std::list<Job> jobs_;
};

}  // namespace ashlar::server
