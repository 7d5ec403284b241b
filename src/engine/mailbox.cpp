#include "engine/mailbox.h"

namespace ashlar::engine {

// The listener's copies share one writer, whose end is theirs.
Listener Mailbox::listener_to(const std::shared_ptr<Mailbox>& box) {
  const std::shared_ptr<Mailbox> writer(box.get(), [box](Mailbox* to) { to->close(); });
  return [writer](const Event& event) { writer->put(event); };
}

std::optional<Event> Mailbox::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !events_.empty(); });
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void Mailbox::put(const Event& event) {
  const bool end = event.kind == Event::Kind::finished || event.kind == Event::Kind::failed;
  if (!end && wants_ == Wants::the_end) return;
  {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
    closed_ |= end;
  }
  changed_.notify_one();
}

void Mailbox::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

}  // namespace ashlar::engine
