#include "server/anthropic_events.h"

#include <fmt/format.h>

#include <utility>

#include "server/openai_json.h"

namespace ashlar::server {
namespace {

using base::Json;

Json text_block() {
  return {{"type", "text"}, {"text", ""}};
}

}  // namespace

std::string anthropic_event(std::string_view type, const Json& data) {
  Json typed = {{"type", type}};
  typed.update(data);
  return fmt::format("event: {}\n{}", type, sse(typed));
}

std::string AnthropicEvents::start(const Json& message, bool text_first) {
  std::string events = anthropic_event("message_start", {{"message", message}});
  if (text_first) events += open(text_block());
  return events + anthropic_event("ping", Json::object());
}

std::string AnthropicEvents::open(Json block) {
  std::string events = close();
  open_ = true;
  text_ = block["type"] == "text";
  return events + anthropic_event("content_block_start",
                                  {{"index", blocks_++}, {"content_block", std::move(block)}});
}

std::string AnthropicEvents::delta(Json delta) const {
  return anthropic_event("content_block_delta",
                         {{"index", blocks_ - 1}, {"delta", std::move(delta)}});
}

std::string AnthropicEvents::close() {
  if (!std::exchange(open_, false)) return {};
  return anthropic_event("content_block_stop", {{"index", blocks_ - 1}});
}

std::string AnthropicEvents::part(const llm::AnswerPart& part) {
  using Kind = llm::AnswerPart::Kind;
  switch (part.kind) {
    case Kind::text: {
      std::string events = open_ && text_ ? std::string() : open(text_block());
      return events + delta({{"type", "text_delta"}, {"text", part.text}});
    }
    case Kind::begin:
      return open(
          {{"type", "tool_use"}, {"id", part.id}, {"name", part.text}, {"input", Json::object()}});
    case Kind::arguments: return delta({{"type", "input_json_delta"}, {"partial_json", part.text}});
    case Kind::end: break;
  }
  return close();
}

std::string AnthropicEvents::end(Json reason, Json sequence, Json usage, Json report) {
  std::string events = blocks_ == 0 ? open(text_block()) : std::string();
  events += close();
  events += anthropic_event(
      "message_delta",
      {{"delta", {{"stop_reason", std::move(reason)}, {"stop_sequence", std::move(sequence)}}},
       {"usage", std::move(usage)},
       {"ashlar", std::move(report)}});
  return events + anthropic_event("message_stop", Json::object());
}

}  // namespace ashlar::server
