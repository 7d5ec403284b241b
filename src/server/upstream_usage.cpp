#include "server/upstream_usage.h"

#include "base/json.h"

namespace ashlar::server {
namespace {

using base::Json;

std::uint64_t count_in(const Json& usage, const char* name) {
  const auto found = usage.find(name);
  return found != usage.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

// Whether a piece of an answer is in it: its first event has only a role, its last only a reason.
bool has_text(const Json& choices) {
  if (!choices.is_array() || choices.empty() || !choices[0].is_object()) return false;
  const Json& choice = choices[0];
  const Json& from = choice.contains("delta") ? choice["delta"] : choice;
  if (!from.is_object()) return false;
  for (const char* name : {"content", "reasoning_content", "text", "tool_calls"})
    if (const auto found = from.find(name); found != from.end())
      if (found->is_string() ? *found != "" : !found->empty()) return true;
  return false;
}

}  // namespace

void UpstreamUsage::read_whole(std::string_view body) {
  const auto json = base::parse_json(body, "the upstream's answer");
  if (!json || !json->is_object()) return;
  const auto usage = json->find("usage");
  if (usage != json->end() && usage->is_object()) {
    told_ = true;
    prompt_ = count_in(*usage, "prompt_tokens");
    completion_ = count_in(*usage, "completion_tokens");
  } else if (json->contains("choices") && has_text((*json)["choices"])) {
    ++events_;
  }
}

void UpstreamUsage::read_stream(std::string_view bytes) {
  reader_.read(bytes, [this](std::string_view data) { read_whole(data); });
}

}  // namespace ashlar::server
