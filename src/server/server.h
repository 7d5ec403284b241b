// The server: models behind the HTTP dialects.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "net/http_server.h"
#include "server/endpoints.h"

namespace ashlar::server {

class Server {
 public:
  // Listens and serves. `options.error` is the server's own.
  static Result<std::unique_ptr<Server>> start(net::ServerOptions options,
                                               std::unique_ptr<Services> services);
  ~Server();

  std::uint16_t port() const;
  // Takes no new work and waits for what is under way, or cuts it after `most`. What
  // runs without a client ends.
  bool drain(std::chrono::milliseconds most);

 private:
  Server() = default;
  std::unique_ptr<Services> services_;
  std::atomic<const net::HttpServer*> running_ = nullptr;
  std::unique_ptr<net::HttpServer> http_;  // last: it uses the services
};

}  // namespace ashlar::server
