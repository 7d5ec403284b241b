// The events of one request on their way from the engine's step to the thread that waits for them.
// Putting one in never waits, so a slow reader delays itself alone. What piles up is bounded by the
// request: an event a piece of prompt, one a token, one a choice.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/request.h"

namespace ashlar::engine {

class Mailbox {
 public:
  enum class Wants : std::uint8_t { everything, the_end };  // the_end: finished or failed alone

  explicit Mailbox(Wants wants = Wants::everything) : wants_(wants) {}

  // Puts what it hears into `box`, and closes it when the request ends or is dropped unheard.
  static Listener listener_to(const std::shared_ptr<Mailbox>& box);

  // The next event, waited for; nullopt when none comes any more.
  std::optional<Event> take();

 private:
  void put(const Event& event);
  void close();

  Wants wants_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  bool closed_ = false;
};

}  // namespace ashlar::engine
