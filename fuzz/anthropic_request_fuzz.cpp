// Bodies of POST /v1/messages: never a crash; what is accepted is a conversation that the chat
// module takes, and sampling that the engine takes.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "base/json.h"
#include "chat/messages.h"
#include "server/anthropic_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = base::parse_json(text, "body");
  if (!json || !json->is_object()) return 0;
  for (const bool counting : {false, true}) {
    const auto request = server::parse_anthropic(*json, counting);
    if (!request) {
      if (request.error().message.empty()) std::abort();
      continue;
    }
    const auto& sampling = request->asked.draft.sampling;
    if (!sampling.validate(std::numeric_limits<std::size_t>::max())) std::abort();
    if (!chat::parse_messages(request->messages)) std::abort();
  }
  return 0;
}
