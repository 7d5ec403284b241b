// What a client's first bytes decide: a target, split and decoded, and a traceparent. Never a
// crash; what is accepted is what its promise says.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "net/http_message.h"
#include "server/cors.h"
#include "server/routes.h"
#include "server/traceparent.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  net::Request request;
  if (net::parse_target(text, request)) {
    if (request.path.empty() || request.path[0] != '/' || !base::is_utf8(request.path))
      std::abort();
    for (const auto& [name, value] : request.query)
      if (!base::is_utf8(name) || !base::is_utf8(value)) std::abort();
    (void)server::find_route("GET", request.path);
    (void)server::dialect_of(request.path);
  }
  if (const auto trace = server::parse_traceparent(text)) {
    const auto again = server::parse_traceparent(trace->header());
    if (!again || again->trace_id != trace->trace_id) std::abort();
  }
  request.headers = {{"origin", std::string(text)}, {"host", std::string(text)}};
  if (server::is_origin(text) && text != "*" && server::is_foreign(request, {std::string(text)}))
    std::abort();
  return 0;
}
