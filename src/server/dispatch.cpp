#include "server/dispatch.h"

#include <chrono>
#include <exception>
#include <new>

#include "server/routes.h"

namespace ashlar::server {
namespace {

void run_found(Services& services, const SharedCall& call) {
  const auto found = find_route(call->request.method, call->request.path);
  if (!found)
    return call->fail(found.error().kind == ErrorKind::unsupported ? 405 : 404, found.error());
  call->dialect = found->route->dialect;
  call->route = found->route->path;
  call->argument = found->argument;
  if (found->route->fields) call->fields = found->route->fields();
  if (const auto status = found->route->endpoint(services, call); !status)
    call->fail(status.error());
}

}  // namespace

SharedCall call_of(Services& services, net::Request request,
                   std::shared_ptr<net::Exchange> exchange) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Dialect dialect = dialect_of(request.path);
  return std::make_shared<Call>(
      Call{.request = std::move(request),
           .exchange = std::move(exchange),
           .dialect = dialect,
           .metrics = &services.metrics,
           .id = fresh_id("req_"),
           .created = std::chrono::duration_cast<std::chrono::seconds>(now).count()});
}

void dispatch(Services& services, const SharedCall& call) {
  try {
    run_found(services, call);
  } catch (const std::bad_alloc&) {
    call->fail(Error{ErrorKind::exhausted, "out of memory", "server", "try again later"});
  } catch (const std::exception& error) {
    call->fail(Error{ErrorKind::internal, error.what(), "server", "please report this"});
  }
}

}  // namespace ashlar::server
