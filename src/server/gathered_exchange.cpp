#include "server/gathered_exchange.h"

#include <utility>

namespace ashlar::server {

GatheredExchange::~GatheredExchange() {
  hand_on({500, {}, {}});
}

void GatheredExchange::hand_on(net::Response response) {
  Done done;
  {
    const std::scoped_lock lock(mutex_);
    done = std::exchange(done_, nullptr);
    gone_ = nullptr;
  }
  if (done) done(std::move(response));
}

void GatheredExchange::answer(net::Response response) {
  hand_on(std::move(response));
}

void GatheredExchange::begin(unsigned status, net::Headers headers, std::string) {
  const std::scoped_lock lock(mutex_);
  gathered_ = {status, std::move(headers), {}};
}

void GatheredExchange::write(std::string piece) {
  const std::scoped_lock lock(mutex_);
  gathered_.body += piece;
}

void GatheredExchange::end() {
  net::Response whole;
  {
    const std::scoped_lock lock(mutex_);
    whole = std::move(gathered_);
  }
  hand_on(std::move(whole));
}

void GatheredExchange::on_gone(std::function<void()> gone) {
  {
    const std::scoped_lock lock(mutex_);
    if (!done_) return;
    if (!left_) {
      gone_ = std::move(gone);
      return;
    }
  }
  gone();
}

void GatheredExchange::leave() {
  std::function<void()> gone;
  {
    const std::scoped_lock lock(mutex_);
    left_ = true;
    gone = std::exchange(gone_, nullptr);
  }
  if (gone) gone();
}

}  // namespace ashlar::server
