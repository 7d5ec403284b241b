#include "server/dispatch.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <new>

#include "server/accounted_exchange.h"
#include "server/routes.h"
#include "server/traceparent.h"

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

// A call and the pass that its account gives back at its end.
struct Opened {
  SharedCall call;
  std::shared_ptr<SharedPass> held;

  void hold(SharedPass pass) const {
    *held = call->pass = std::move(pass);
    call->account->note([&](Account& account) { account.key = call->pass->key(); });
  }
};

Opened open_call(Services& services, const Rules& rules, net::Request request,
                 std::shared_ptr<net::Exchange> exchange) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto held = std::make_shared<SharedPass>();
  const TraceParent trace = continued_trace(request);
  Account account{.id = fresh_id("req_"),
                  .method = request.method,
                  .path = request.path,
                  .peer = request.peer,
                  .trace_id = trace.trace_id};
  if (rules.log_prompts) account.body = request.body;
  net::Headers headers = cors_headers(request, rules.allowed_origins);
  headers.emplace_back("traceparent", trace.header());
  const Dialect dialect = dialect_of(request.path);
  std::string id = account.id;
  auto open =
      std::make_shared<OpenAccount>(std::move(account), [&services, held](const Account& ended) {
        if (*held) {
          if (ended.outcome != Outcome::refused)
            (*held)->charge(ended.prompt_tokens + ended.completion_tokens);
          (*held)->leave();
        }
        services.log.request(ended);
      });
  auto call = std::make_shared<Call>(
      Call{.request = std::move(request),
           .exchange = accounted(std::move(exchange), open, std::move(headers),
                                 [&services] { return services.cutting.load(); }),
           .dialect = dialect,
           .metrics = &services.metrics,
           .id = std::move(id),
           .created = std::chrono::duration_cast<std::chrono::seconds>(now).count(),
           .traceparent = trace.header(),
           .account = open,
           .most_json_depth = rules.most_json_depth});
  return {std::move(call), held};
}

const Route* take_route(const SharedCall& call) {
  const auto found = find_route(call->request.method, call->request.path);
  if (!found) {
    call->fail(found.error().kind == ErrorKind::unsupported ? 405 : 404, found.error());
    return nullptr;
  }
  call->dialect = found->route->dialect;
  call->route = found->route->path;
  call->argument = found->argument;
  if (found->route->fields) call->fields = found->route->fields();
  return found->route;
}

void run(Services& services, const SharedCall& call, const Route& route) {
  if (const auto status = route.endpoint(services, call); !status) call->fail(status.error());
}

void serve_client(Services& services, const Opened& opened, const Rules& rules) {
  const SharedCall& call = opened.call;
  if (auto answer = preflight(call->request, rules.allowed_origins))
    return call->answer(std::move(*answer));
  if (const auto status = check_origin(services, call->request, rules); !status)
    return call->fail(status.error());
  const Route* route = take_route(call);
  if (!route) return;
  auto pass = services.gate.admit(call->request, route->group);
  if (!pass) {
    const unsigned status = pass.error().status;
    return call->fail(status, call->refused(std::move(pass.error())).value());
  }
  opened.hold(std::move(*pass));
  run(services, call, *route);
}

template <class Serve>
void guarded(const SharedCall& call, Serve&& serve) {
  try {
    serve();
  } catch (const std::bad_alloc&) {
    call->fail(Error{ErrorKind::exhausted, "out of memory", "server", "try again later"});
  } catch (const std::exception& error) {
    call->fail(Error{ErrorKind::internal, error.what(), "server", "please report this"});
  }
}

}  // namespace

void serve(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange) {
  const auto rules = services.rules.now();
  const Opened opened = open_call(services, *rules, std::move(request), std::move(exchange));
  guarded(opened.call, [&] { serve_client(services, opened, *rules); });
}

void serve_errand(Services& services, net::Request request, std::shared_ptr<net::Exchange> exchange,
                  std::string_view key, std::int32_t priority) {
  const auto rules = services.rules.now();
  const Opened opened = open_call(services, *rules, std::move(request), std::move(exchange));
  opened.call->least_priority = priority;
  guarded(opened.call, [&] {
    auto pass = services.gate.pass_of(key);
    if (!pass) return opened.call->fail(401, pass.error());
    opened.hold(std::move(*pass));
    if (const Route* route = take_route(opened.call)) run(services, opened.call, *route);
  });
}

}  // namespace ashlar::server
