#include "server/anthropic_answer.h"

#include <utility>

#include "server/openai_json.h"
#include "server/report.h"

namespace ashlar::server {

using base::Json;
using engine::FinishReason;

Json anthropic_stop_reason(const engine::Output& output, std::uint32_t max_tokens) {
  if (output.stop_string) return "stop_sequence";
  switch (output.finish_reason) {
    case FinishReason::stop: return "end_turn";
    case FinishReason::tool_calls: return "tool_use";
    case FinishReason::cancelled: return nullptr;
    case FinishReason::length: break;
  }
  return output.ids.size() < max_tokens ? "model_context_window_exceeded" : "max_tokens";
}

Json anthropic_usage(std::uint32_t prompt, std::uint32_t cached, std::uint32_t kept,
                     std::uint32_t output) {
  const std::uint32_t creation = kept > cached ? kept - cached : 0;
  return {{"input_tokens", prompt - cached - creation},
          {"cache_creation_input_tokens", creation},
          {"cache_read_input_tokens", cached},
          {"output_tokens", output}};
}

Json anthropic_message(std::string_view id, std::string_view model, Json content, Json usage) {
  return {{"id", id},
          {"type", "message"},
          {"role", "assistant"},
          {"model", model},
          {"content", std::move(content)},
          {"stop_reason", nullptr},
          {"stop_sequence", nullptr},
          {"usage", std::move(usage)}};
}

Json anthropic_content(const llm::AnswerMessage& message) {
  Json blocks = Json::array();
  if (!message.text.empty() || message.calls.empty())
    blocks.push_back({{"type", "text"}, {"text", message.text}});
  for (const chat::ToolCall& call : message.calls)
    blocks.push_back({{"type", "tool_use"},
                      {"id", call.id.value_or("")},
                      {"name", call.name},
                      {"input", chat::arguments_object(call)}});
  return blocks;
}

AnthropicTeller::AnthropicTeller(SharedCall call, ServedModel model, Asked asked,
                                 std::uint32_t prompt_tokens, std::uint32_t kept_tokens)
    : call_(std::move(call)),
      model_(std::move(model)),
      asked_(std::move(asked)),
      prompt_tokens_(prompt_tokens),
      kept_tokens_(kept_tokens),
      id_(fresh_id("msg_")) {}

void AnthropicTeller::begin() {
  if (!asked_.stream) return;
  call_->begin(sse_headers(), std::string(kSseProbe));
}

void AnthropicTeller::send(std::string events) {
  call_->exchange->write(std::move(events));
}

// Not before it is known what the cache gave: the first event has its usage.
void AnthropicTeller::start_once(std::uint32_t cached) {
  if (std::exchange(started_, true)) return;
  send(events_.start(anthropic_message(id_, model_.id, Json::array(),
                                       anthropic_usage(prompt_tokens_, cached, kept_tokens_, 0)),
                     !asked_.tools.offers()));
}

void AnthropicTeller::event(std::uint32_t, const llm::Event& event) {
  if (!asked_.stream) return;
  start_once(event.cached);
  std::string events;
  for (const llm::AnswerPart& part : event.parts) events += events_.part(part);
  if (!events.empty()) send(std::move(events));
}

void AnthropicTeller::finish(const std::vector<Told>& told) {
  const engine::Output& output = told.front().choices.outputs.front();
  const Json reason = anthropic_stop_reason(output, asked_.draft.sampling.max_tokens);
  const Json sequence = output.stop_string ? Json(*output.stop_string) : Json(nullptr);
  Json usage = anthropic_usage(output.prompt_tokens, output.cached_tokens, kept_tokens_,
                               static_cast<std::uint32_t>(output.ids.size()));
  if (!asked_.stream) {
    Json whole = anthropic_message(id_, model_.id, anthropic_content(told.front().messages.front()),
                                   std::move(usage));
    whole["stop_reason"] = reason;
    whole["stop_sequence"] = sequence;
    whole["ashlar"] = report_of(asked_, model_, told);
    return call_->answer(whole);
  }
  send(events_.end(reason, sequence, std::move(usage), report_of(asked_, model_, told)));
  call_->exchange->end();
}

void AnthropicTeller::fail(const Error& error) {
  if (!asked_.stream) return call_->fail(error);
  send(anthropic_event("error",
                       error_body(Dialect::anthropic, status_for(error), error, call_->id)));
  call_->exchange->end();
}

}  // namespace ashlar::server
