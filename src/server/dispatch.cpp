#include "server/dispatch.h"

#include <chrono>
#include <exception>
#include <new>

#include "server/accounted_exchange.h"
#include "server/traceparent.h"

namespace ashlar::server {

void set_route(Call& call, const Found& found) {
  call.dialect = found.route->dialect;
  call.route = found.route->path;
  call.argument = found.argument;
  if (found.route->fields) call.fields = found.route->fields();
}

void guarded(const Call& call, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    call.fail(Error{ErrorKind::exhausted, "out of memory", "server", "try again later"});
  } catch (const std::exception& error) {
    call.fail(Error{ErrorKind::internal, error.what(), "server", "please report this"});
  }
}

SharedCall open_call(Services& services, const Rules& rules, net::Request request,
                     std::shared_ptr<net::Exchange> exchange, net::Headers headers,
                     std::string_view key, OpenAccount::OnEnd on_end) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const TraceParent trace = continued_trace(request);
  Account account{.id = fresh_id("req_"),
                  .method = request.method,
                  .path = request.path,
                  .peer = request.peer,
                  .trace_id = trace.trace_id,
                  .key = std::string(key)};
  if (rules.log_prompts) account.body = request.body;
  headers.emplace_back("traceparent", trace.header());
  const Dialect dialect = dialect_of(request.path);
  std::string id = account.id;
  auto open = std::make_shared<OpenAccount>(std::move(account), std::move(on_end));
  return std::make_shared<Call>(
      Call{.request = std::move(request),
           .exchange = accounted(std::move(exchange), open, std::move(headers),
                                 [&services] { return services.cutting.load(); }),
           .dialect = dialect,
           .metrics = &services.metrics,
           .id = std::move(id),
           .created = std::chrono::duration_cast<std::chrono::seconds>(now).count(),
           .traceparent = trace.header(),
           .account = open,
           .most_json_depth = rules.most_json_depth,
           .answer_time = rules.answer_time,
           .deadlines = &services.deadlines});
}

SharedCall inner_call(Services& services, net::Request request,
                      std::shared_ptr<net::Exchange> exchange, SharedPass pass) {
  auto call =
      open_call(services, *services.rules.now(), std::move(request), std::move(exchange), {},
                pass->key(), [&services](const Account& ended) {
                  services.gate.charge(ended.key, ended.prompt_tokens + ended.completion_tokens);
                  services.log.request(ended);
                });
  call->pass = std::move(pass);
  return call;
}

void dispatch(Services& services, const SharedCall& call) {
  guarded(*call, [&] {
    const auto found = find_route(call->request.method, call->request.path);
    if (!found) return call->fail(found.error());
    set_route(*call, *found);
    if (const auto status = found->route->endpoint(services, call); !status)
      call->fail(status.error());
  });
}

}  // namespace ashlar::server
