// An exchange without a client: gathers the answer and hands it on. What runs in the background is
// answered to one.
#pragma once

#include <functional>
#include <mutex>

#include "net/http_server.h"

namespace ashlar::server {

class GatheredExchange : public net::Exchange {
 public:
  // Called once, on the thread of whoever answers; must not throw. Let go of without an answer, it
  // is a 500.
  using Done = std::function<void(net::Response)>;
  explicit GatheredExchange(Done done) : done_(std::move(done)) {}
  ~GatheredExchange() override;

  void answer(net::Response response) override;
  void begin(unsigned status, net::Headers headers, std::string probe) override;
  void write(std::string piece) override;
  void end() override;
  void on_gone(std::function<void()> gone) override;

  // As a client that goes: who answers hears of it, and ends sooner.
  void leave();

 private:
  void hand_on(net::Response response);

  std::mutex mutex_;  // guards what is below
  Done done_;
  net::Response gathered_;
  std::function<void()> gone_;
  bool left_ = false;
};

}  // namespace ashlar::server
