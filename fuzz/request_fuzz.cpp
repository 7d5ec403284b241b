// JSON requests, as `generate --jsonl` and `score` read them: never a crash, and what is accepted
// holds the ranges that the engine asks for.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "base/json.h"
#include "llm/request_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = base::parse_json(text, "line 1");
  if (!json) return 0;
  const base::Json defaults = {{"system", "s"}, {"temperature", 0.5}, {"chat", true}};
  for (const auto& line : {*json, llm::with_defaults(*json, defaults)}) {
    const auto request = llm::parse_request(line);
    if (request && !request->sampling.validate(std::numeric_limits<std::size_t>::max()))
      std::abort();
    if (!request && request.error().message.empty()) std::abort();
  }
  (void)llm::parse_score_request(*json);
  return 0;
}
