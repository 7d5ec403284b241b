// What runs without a client, by id: to be stopped by name, or all at once when the server ends.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/gathered_exchange.h"

namespace ashlar::server {

class Running {
 public:
  // The exchange for one more. It is forgotten when it is answered; `done` hears the answer first.
  // Once the end has begun, it is an exchange whose client has gone already.
  std::shared_ptr<net::Exchange> add(const std::string& id, GatheredExchange::Done done = {});

  std::size_t count() const;

  void stop(std::string_view id);
  // Stops all, those to come too, and returns when the last has ended.
  void end();

 private:
  void remove(const std::string& id);

  mutable std::mutex mutex_;  // guards what is below
  std::condition_variable none_;
  std::map<std::string, std::weak_ptr<GatheredExchange>, std::less<>> exchanges_;
  bool ending_ = false;
};

}  // namespace ashlar::server
