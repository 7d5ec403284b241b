// Requests for responses: never a crash; what is refused is named; what is accepted is whole, and
// its items are accepted again as they came out.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "server/response_items.h"
#include "server/response_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = base::parse_json(text, "body");
  if (!body || !body->is_object()) return 0;
  for (const auto parse : {server::parse_response_request, server::parse_input_token_request}) {
    const auto request = parse(*body);
    if (!request) {
      if (request.error().message.empty() || !request.error().where.starts_with('/')) std::abort();
      continue;
    }
    const auto again = server::parse_items(request->items);
    if (!again || *again != request->items) std::abort();
    for (const base::Json& message : server::messages_of_items(request->items, 0))
      if (!message["content"].is_string()) std::abort();
  }
  return 0;
}
