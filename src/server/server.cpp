#include "server/server.h"

#include <fmt/format.h>

#include "server/batch_runner.h"
#include "server/dispatch.h"
#include "server/routes.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

// What a page of another site sends is refused where no key stands between it and this server.
Status check_origin(const Services& services, const net::Request& request, const Rules& rules) {
  const bool preflight = request.method == "OPTIONS";
  const bool harmless = request.method == "GET" || request.method == "HEAD";
  if (harmless || !is_foreign(request, rules.allowed_origins)) return {};
  if (!preflight && services.gate.needs_key()) return {};
  return fail(ErrorKind::denied, fmt::format("pages of {} may not ask", request.header("origin")),
              "origin", "add it to allowed_origins");
}

void serve_found(Services& services, const SharedCall& call, const Rules& rules, SharedPass& held) {
  if (auto answer = preflight(call->request, rules.allowed_origins))
    return call->answer(std::move(*answer));
  if (const auto status = check_origin(services, call->request, rules); !status)
    return call->fail(status.error());
  const auto found = find_route(call->request.method, call->request.path);
  if (!found)
    return call->fail(found.error().kind == ErrorKind::unsupported ? 405 : 404, found.error());
  set_route(*call, *found);
  auto pass = services.gate.admit(call->request, found->route->group);
  if (!pass) {
    const unsigned status = pass.error().status;
    return call->fail(status, call->refused(std::move(pass.error())).value());
  }
  held = call->pass = std::move(*pass);
  call->account->note([&](Account& account) { account.key = call->pass->key(); });
  if (const auto status = found->route->endpoint(services, call); !status)
    call->fail(status.error());
}

void serve(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange) {
  const auto rules = services.rules.now();
  const auto held = std::make_shared<SharedPass>();
  net::Headers headers = cors_headers(request, rules->allowed_origins);
  const auto call = open_call(services, *rules, std::move(request), std::move(exchange),
                              std::move(headers), {}, [&services, held](const Account& ended) {
                                if (*held) {
                                  if (ended.outcome != Outcome::refused)
                                    (*held)->charge(ended.prompt_tokens + ended.completion_tokens);
                                  (*held)->leave();
                                }
                                services.log.request(ended);
                              });
  guarded(*call, [&] { serve_found(services, call, *rules, *held); });
}

ErrorKind kind_of(unsigned status) {
  if (status == 413 || status == 431) return ErrorKind::too_large;
  return status == 408 || status == 503 ? ErrorKind::exhausted : ErrorKind::bad_input;
}

std::string_view mend_for(unsigned status) {
  switch (status) {
    case 408: return "send it faster, or raise request_time";
    case 413: return "send less, or raise max_body_bytes";
    case 431: return "send less, or raise max_header_bytes";
    case 503: return "try again later, or raise max_connections";
    default: return "send a whole HTTP/1.1 request";
  }
}

// Of requests that never became a call.
net::Response refuse(Services& services, unsigned status, std::string_view path,
                     const std::string& message) {
  const std::string id = fresh_id("req_");
  services.log.request(
      Account{.id = id, .path = std::string(path), .status = status, .outcome = Outcome::refused});
  const Error error{kind_of(status), message, "request", std::string(mend_for(status))};
  net::Response response = json_response(status, error_body(dialect_of(path), status, error, id));
  response.headers.emplace_back("x-request-id", id);
  services.metrics.answered("none", status);
  if (status == 503) {
    services.metrics.rejected("connections");
    response.headers.emplace_back("retry-after", "1");
  }
  return response;
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
  options.error = [&services = *server->services_](unsigned status, std::string_view path,
                                                   const std::string& message) {
    return refuse(services, status, path, message);
  };
  Services& own = *server->services_;
  if (own.runs) own.batches = std::make_shared<BatchRunner>(own);
  ASHLAR_ASSIGN(server->http_,
                net::HttpServer::start(std::move(options), [&services = *server->services_](
                                                               net::Request request,
                                                               std::shared_ptr<net::Exchange> to) {
                  serve(services, std::move(request), std::move(to));
                }));
  server->running_ = server->http_.get();
  return server;
}

Server::~Server() {
  services_->cutting = true;
  if (services_->batches) services_->batches->end();
  if (services_->runs) services_->runs->end();
}

std::uint16_t Server::port() const {
  return http_->port();
}

void Server::use_tls(std::shared_ptr<net::TlsContext> tls) {
  http_->use_tls(std::move(tls));
}

void Server::stop_accepting() {
  services_->draining = true;
  http_->stop_accepting();
}

std::size_t Server::connections() const {
  return http_->connections();
}

}  // namespace ashlar::server
