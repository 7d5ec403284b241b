#include "server/server.h"

#include "server/batch_runner.h"
#include "server/dispatch.h"
#include "server/routes.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

ErrorKind kind_of(unsigned status) {
  if (status == 413 || status == 431) return ErrorKind::too_large;
  return status == 408 ? ErrorKind::exhausted : ErrorKind::bad_input;
}

net::Response refuse(unsigned status, std::string_view path, const std::string& message) {
  const Error error{kind_of(status), message, "request", "send a whole HTTP/1.1 request"};
  return json_response(status, error_body(dialect_of(path), status, error, fresh_id("req_")));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(net::ServerOptions options,
                                              std::unique_ptr<Services> services) {
  std::unique_ptr<Server> server(new Server);
  server->services_ = std::move(services);
  server->services_->connections = [running = &server->running_] {
    const net::HttpServer* http = *running;
    return http ? http->connections() : 0;
  };
  options.error = refuse;
  Services& own = *server->services_;
  if (own.runs) own.batches = std::make_shared<BatchRunner>(own);
  ASHLAR_ASSIGN(server->http_,
                net::HttpServer::start(std::move(options), [&services = *server->services_](
                                                               net::Request request,
                                                               std::shared_ptr<net::Exchange> to) {
                  dispatch(services, call_of(services, std::move(request), std::move(to)));
                }));
  server->running_ = server->http_.get();
  return server;
}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return http_->port();
}

bool Server::drain(std::chrono::milliseconds most) {
  services_->draining = true;
  const bool all = http_->drain(most);
  if (services_->batches) services_->batches->end();
  if (services_->runs) services_->runs->end();
  return all;
}

}  // namespace ashlar::server
