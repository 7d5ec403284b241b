#include "server/server.h"

#include <exception>
#include <new>

#include "server/routes.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

void serve_found(Services& services, const SharedCall& call) {
  const auto found = find_route(call->request.method, call->request.path);
  if (!found)
    return call->fail(found.error().kind == ErrorKind::unsupported ? 405 : 404, found.error());
  call->dialect = found->route->dialect;
  call->argument = found->argument;
  if (found->route->fields) call->fields = found->route->fields();
  if (const auto status = found->route->endpoint(services, call); !status)
    call->fail(status.error());
}

// What a library throws past its wrapper is an answer too.
void serve(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Dialect dialect = dialect_of(request.path);
  const auto call = std::make_shared<Call>(
      Call{.request = std::move(request),
           .exchange = std::move(exchange),
           .dialect = dialect,
           .id = fresh_id("req_"),
           .created = std::chrono::duration_cast<std::chrono::seconds>(now).count()});
  try {
    serve_found(services, call);
  } catch (const std::bad_alloc&) {
    call->fail(Error{ErrorKind::exhausted, "out of memory", "server", "try again later"});
  } catch (const std::exception& error) {
    call->fail(Error{ErrorKind::internal, error.what(), "server", "please report this"});
  }
}

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
  options.error = refuse;
  ASHLAR_ASSIGN(server->http_,
                net::HttpServer::start(std::move(options), [&services = *server->services_](
                                                               net::Request request,
                                                               std::shared_ptr<net::Exchange> to) {
                  serve(services, std::move(request), std::move(to));
                }));
  return server;
}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return http_->port();
}

bool Server::drain(std::chrono::milliseconds most) {
  const bool all = http_->drain(most);
  if (services_->runs) services_->runs->end();
  return all;
}

}  // namespace ashlar::server
