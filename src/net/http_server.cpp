#include "net/http_server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "net/address.h"
#include "net/http_connection.h"

namespace ashlar::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct HttpServer::State {
  State(ServerOptions options, Handler handler) : service(std::move(options), std::move(handler)) {}

  Service service;
  tcp::acceptor acceptor{*service.io};
  std::thread thread;

  Status listen();
  asio::awaitable<void> accept_all();
  void end_connections(bool even_if_busy);
};

Status HttpServer::State::listen() {
  const ServerOptions& options = service.options;
  error_code error;
  if (options.listener) {
    ASHLAR_ASSIGN(const Bound bound, bound_address(*options.listener));
    const bool v6 = bound.host.find(':') != bound.host.npos;
    acceptor.assign(v6 ? tcp::v6() : tcp::v4(), *options.listener, error);
  } else {
    const auto address = asio::ip::make_address(options.host, error);
    if (!error) acceptor.open(tcp::endpoint(address, options.port).protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind({address, options.port}, error);
    if (!error) acceptor.listen(4096, error);
  }
  if (!error) return {};
  return fail(ErrorKind::io, fmt::format("can't listen: {}", error.message()),
              host_and_port(options.host, options.port),
              "another program may have the port: choose one with --port");
}

// Out of descriptors, it waits for one to be free; those who come meanwhile wait in the backlog.
asio::awaitable<void> HttpServer::State::accept_all() {
  asio::steady_timer pause(*service.io);
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!error) {
      asio::co_spawn(*service.io, serve_client(std::move(socket), service), asio::detached);
    } else if (acceptor.is_open()) {
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options, Handler handler) {
  auto state = std::make_unique<State>(std::move(options), std::move(handler));
  ASHLAR_TRY(state->listen());
  State& s = *state;
  s.service.tls = s.service.options.tls;
  asio::co_spawn(*s.service.io, s.accept_all(), asio::detached);
  s.thread = std::thread([&s] { s.service.io->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

// No new ones, and an end to those that are there.
void HttpServer::State::end_connections(bool even_if_busy) {
  service.draining = true;
  asio::post(*service.io, [this, even_if_busy] {
    error_code ignored;
    acceptor.close(ignored);
    for (Connection* each : service.connections) each->end(even_if_busy);
  });
}

HttpServer::~HttpServer() {
  state_->end_connections(true);
  state_->thread.join();
  state_->service.workers.join();
}

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

std::size_t HttpServer::connections() const {
  return state_->service.count;
}

void HttpServer::use_tls(std::shared_ptr<TlsContext> tls) {
  asio::post(*state_->service.io,
             [this, tls = std::move(tls)]() mutable { state_->service.tls = std::move(tls); });
}

void HttpServer::stop_accepting() {
  state_->end_connections(false);
}

}  // namespace ashlar::net
