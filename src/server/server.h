// The server: models behind the HTTP dialects.
#pragma once

#include <atomic>
#include <cstddef>
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
  ~Server();  // cuts what is under way, without a client too

  std::uint16_t port() const;
  Services& services() { return *services_; }
  void use_tls(std::shared_ptr<net::TlsContext> tls);

  // Takes no new work; what is under way goes on while connections() are there and this is.
  void stop_accepting();
  std::size_t connections() const;

 private:
  Server() = default;
  std::unique_ptr<Services> services_;
  std::atomic<const net::HttpServer*> running_ = nullptr;
  std::unique_ptr<net::HttpServer> http_;  // last: it uses the services
};

}  // namespace ashlar::server
