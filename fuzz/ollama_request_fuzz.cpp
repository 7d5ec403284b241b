// Bodies of /api/generate and /api/chat, and the file of derived models: never a crash; what is
// accepted is a conversation that the chat module takes, sampling that the engine takes, and a
// table that is read as it was written.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "base/json.h"
#include "chat/messages.h"
#include "server/derived_models.h"
#include "server/ollama_options.h"
#include "server/ollama_request.h"

namespace {

using namespace ashlar;

void check(const Result<server::OllamaRequest>& request) {
  if (!request) {
    if (request.error().message.empty()) std::abort();
    return;
  }
  server::Asked asked = request->asked;
  if (!server::read_options(request->options, "/options", 2048, asked)) return;  // num_ctx
  if (!asked.draft.sampling.validate(std::numeric_limits<std::size_t>::max())) std::abort();
  if (!request->messages.empty() && !chat::parse_messages(request->messages)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto table = server::parse_derived(text, "file")) {
    const std::string written = server::write_derived(*table);
    const auto again = server::parse_derived(written, "file");
    if (!again || server::write_derived(*again) != written) std::abort();
  }
  const auto json = base::parse_json(text, "body");
  if (!json || !json->is_object()) return 0;
  check(server::parse_ollama_generate(*json));
  check(server::parse_ollama_chat(*json));
  return 0;
}
