// One client: its requests one after another. Private to the module.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <set>

#include "net/http_server.h"
#include "net/wire.h"

namespace ashlar::net {

class Connection {
 public:
  virtual ~Connection() = default;
  // Ends it, or only if it waits for a request. On the thread of the connections.
  virtual void end(bool even_if_busy) = 0;
};

// What the connections of a server share. `connections` and `tls` are of the thread that runs
// them.
struct Service {
  Service(ServerOptions from, Handler to)
      : options(std::move(from)), handler(std::move(to)), workers(options.workers) {}

  ServerOptions options;
  Handler handler;
  // Answers on their way hold it too: who makes one may outlive the server.
  std::shared_ptr<boost::asio::io_context> io = std::make_shared<boost::asio::io_context>(1);
  boost::asio::thread_pool workers;
  std::set<Connection*> connections;
  std::shared_ptr<TlsContext> tls = {};  // of those that come; null: plain
  std::atomic<std::size_t> count = 0;
  std::atomic<bool> draining = false;
};

boost::asio::awaitable<void> serve_client(boost::asio::ip::tcp::socket socket, Service& service);

}  // namespace ashlar::net
