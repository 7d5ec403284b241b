// An engine that steps on a thread of its own while it has anything to do, and sleeps else. Any
// thread may put requests in and wait for their events (Mailbox); all of them share its batches.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/engine.h"

namespace ashlar::engine {

class AsyncEngine {
 public:
  explicit AsyncEngine(std::unique_ptr<Engine> engine);
  // Requests still there end unheard; their mailboxes close.
  ~AsyncEngine();

  // Calls `use` on this thread while no step runs, which it waits for; steps go on after it. What
  // it submits begins together. Not from a listener, not within itself.
  void between_steps(const std::function<void(Engine&)>& use);

  // As Engine's; from any thread, a listener too, and never waiting for a step.
  Result<RequestId> submit(Request request);
  void cancel(RequestId request) { engine_->cancel(request); }

  std::uint32_t context() const { return engine_->context(); }

 private:
  void loop();

  std::unique_ptr<Engine> engine_;
  std::mutex mutex_;  // guards what is below
  std::condition_variable wake_, rested_;
  bool work_ = false, stepping_ = false, stopping_ = false;
  unsigned pauses_ = 0;  // callers who want no step to begin
  std::mutex turn_;      // of those callers, one at a time
  std::thread thread_;   // last: it uses the others
};

}  // namespace ashlar::engine
