#include "cli/chat_session.h"

#include <fmt/format.h>

#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

using base::Json;

tl::unexpected<Error> not_a_chat(std::string message, std::string where) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where),
              "load a file that /save wrote");
}

Status check_message(const Json& message, std::size_t index) {
  const std::string where = fmt::format("/messages/{}", index);
  if (!message.is_object()) return not_a_chat("a message is not an object", where);
  for (const char* field : {"role", "content"})
    if (!message.contains(field) || !message[field].is_string())
      return not_a_chat(fmt::format("a message's {} is not a string", field), where);
  if (message["role"] != "user" && message["role"] != "assistant")
    return not_a_chat("a message is neither the user's nor the assistant's", where);
  return {};
}

}  // namespace

Result<llm::GenerateRequest> ChatSession::ask(const std::string& message) const {
  Json request = parameters_;
  request["messages"] = messages_;
  request["messages"].push_back({{"role", "user"}, {"content", message}});
  if (system_) request["system"] = *system_;
  return llm::parse_request(request);
}

void ChatSession::keep(const std::string& message, const llm::Answer& answer) {
  const engine::Output& output = answer.output;
  const auto out = static_cast<std::uint32_t>(output.ids.size());
  ++totals_.answers;
  totals_.prompt_tokens += output.prompt_tokens;
  totals_.completion_tokens += out;
  if (output.text.empty()) return;
  totals_.context_used = output.prompt_tokens + out;
  messages_.push_back({{"role", "user"}, {"content", message}});
  messages_.push_back({{"role", "assistant"}, {"content", output.text}});
}

std::optional<std::uint64_t> ChatSession::seed() const {
  if (!parameters_.contains("seed")) return std::nullopt;
  return parameters_["seed"].get<std::uint64_t>();
}

void ChatSession::set_seed(std::optional<std::uint64_t> seed) {
  if (seed)
    parameters_["seed"] = *seed;
  else
    parameters_.erase("seed");
}

Json ChatSession::saved(const std::string& model) const {
  return {{"ashlar_chat", 1},
          {"model", model},
          {"system", system_ ? Json(*system_) : Json(nullptr)},
          {"messages", messages_}};
}

Status ChatSession::restore(const Json& saved) {
  if (!is_saved_chat(saved)) return not_a_chat("not a saved chat", "/ashlar_chat");
  const Json system = saved.value("system", Json(nullptr));
  if (!system.is_null() && !system.is_string())
    return not_a_chat("the system message is not a string", "/system");
  const Json messages = saved.value("messages", Json(nullptr));
  if (!messages.is_array()) return not_a_chat("messages is not an array", "/messages");
  for (std::size_t i = 0; i < messages.size(); ++i) ASHLAR_TRY(check_message(messages[i], i));
  system_ = system.is_string() ? std::optional(system.get<std::string>()) : std::nullopt;
  messages_ = messages;
  return {};
}

bool is_saved_chat(const Json& value) {
  return value.is_object() && value.contains("ashlar_chat") && value["ashlar_chat"] == 1;
}

}  // namespace ashlar::cli
