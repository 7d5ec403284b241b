#include "server/foreign_chat.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/anthropic_answer.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_options.h"
#include "server/openai_json.h"

namespace ashlar::server {
namespace {

using base::Json;

Json anthropic_usage_of(const Relayed& relayed) {
  const std::uint64_t fresh =
      relayed.prompt_tokens - std::min(relayed.cached_tokens, relayed.prompt_tokens);
  return {{"input_tokens", fresh},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", relayed.cached_tokens},
          {"output_tokens", relayed.completion_tokens}};
}

class AnthropicRelay final : public ForeignRelay {
 public:
  AnthropicRelay(SharedCall call, Asked asked)
      : ForeignRelay(std::move(call), asked.stream),
        asked_(std::move(asked)),
        id_(fresh_id("msg_")) {}

 private:
  // What the prompt cost is only known at the end.
  void open() override {
    call_->begin(sse_headers(), std::string(kSseProbe));
    call_->exchange->write(events_.start(
        anthropic_message(id_, asked_.model, Json::array(), anthropic_usage(0, 0, 0, 0)),
        !asked_.tools.offers()));
  }

  void delta(const std::vector<llm::AnswerPart>& parts, const llm::AnswerMessage&,
             const Json&) override {
    std::string events;
    for (const llm::AnswerPart& part : parts) events += events_.part(part);
    call_->exchange->write(std::move(events));
  }

  void finish(const Relayed& relayed) override {
    const std::string& finished = relayed.finish_reason;
    const Json reason = relayed.stop_string            ? "stop_sequence"
                        : finished == "length"         ? "max_tokens"
                        : finished == "tool_calls"     ? "tool_use"
                        : finished == "content_filter" ? "refusal"
                                                       : "end_turn";
    const Json sequence = relayed.stop_string ? Json(*relayed.stop_string) : Json(nullptr);
    if (streams_) {
      call_->exchange->write(
          events_.end(reason, sequence, anthropic_usage_of(relayed), ollama_report(asked_)));
      return call_->exchange->end();
    }
    Json whole = anthropic_message(id_, asked_.model, anthropic_content(relayed.message),
                                   anthropic_usage_of(relayed));
    whole["stop_reason"] = reason;
    whole["stop_sequence"] = sequence;
    whole["ashlar"] = ollama_report(asked_);
    call_->answer(whole);
  }

  void fail(const Error& error) override {
    call_->exchange->write(anthropic_event(
        "error", error_body(Dialect::anthropic, status_for(error), error, call_->id)));
    call_->exchange->end();
  }

  const Asked asked_;
  const std::string id_;
  AnthropicEvents events_ = {};
};

class OllamaRelay final : public ForeignRelay {
 public:
  OllamaRelay(SharedCall call, Asked asked, OllamaShape shape)
      : ForeignRelay(std::move(call), asked.stream), asked_(std::move(asked)), shape_(shape) {}

 private:
  void open() override { call_->begin(ndjson_headers(), {}); }

  void delta(const std::vector<llm::AnswerPart>& parts, const llm::AnswerMessage& so_far,
             const Json& logprobs) override {
    const llm::AnswerMessage message = ollama_message(parts, so_far);
    if (message.text.empty() && message.calls.empty()) return;
    Json line = ollama_line(shape_, asked_.model, message, false);
    if (logprobs.is_array()) line["logprobs"] = logprobs;
    call_->exchange->write(ndjson(line));
  }

  // How long the other server took for what it doesn't say.
  void finish(const Relayed& relayed) override {
    Json line =
        ollama_line(shape_, asked_.model, streams_ ? llm::AnswerMessage() : relayed.message, true);
    line["done_reason"] =
        relayed.finish_reason == "tool_calls" ? "stop" : std::string_view(relayed.finish_reason);
    line["total_duration"] = std::chrono::duration_cast<std::chrono::nanoseconds>(
                                 std::chrono::steady_clock::now() - call_->arrived)
                                 .count();
    line["prompt_eval_count"] = relayed.prompt_tokens;
    line["eval_count"] = relayed.completion_tokens;
    if (!streams_ && !relayed.logprobs.empty()) line["logprobs"] = relayed.logprobs;
    line["ashlar"] = ollama_report(asked_);
    if (!streams_) return call_->answer(line);
    call_->exchange->write(ndjson(line));
    call_->exchange->end();
  }

  void fail(const Error& error) override {
    call_->exchange->write(
        ndjson(error_body(Dialect::ollama, status_for(error), error, call_->id)));
    call_->exchange->end();
  }

  const Asked asked_;
  const OllamaShape shape_;
};

Json openai_format(const Json& format) {
  if (format == "json") return {{"type", "json_object"}};
  return {{"type", "json_schema"},
          {"json_schema", {{"name", "format"}, {"schema", format}, {"strict", true}}}};
}

void ask_for_stream(Json& body) {
  body["stream"] = true;
  body["stream_options"] = {{"include_usage", true}};
}

void ask_for_tools(const chat::ToolUse& tools, Json& body) {
  if (tools.tools.empty()) return;
  body["tools"] = Json::array();
  for (const chat::Tool& tool : tools.tools) body["tools"].push_back(chat::tool_json(tool));
  body["tool_choice"] = chat::tool_choice_json(tools.choice);
  if (!tools.choice.parallel) body["parallel_tool_calls"] = false;
}

}  // namespace

Result<ForeignChat> foreign_chat(const SharedCall& call, const Json& body,
                                 AnthropicRequest request) {
  if (!request.prefill.empty())
    return fail(ErrorKind::unsupported, "another server's answer can't be begun for it",
                "/messages", "end with a message of the user");
  ForeignChat chat{.body = Json::object(), .relay = nullptr};
  for (const Field& field : anthropic_fields())
    if (const auto given = body.find(field.name);
        !field.of.empty() && given != body.end() && !given->is_null())
      chat.body[std::string(field.of)] = *given;
  ask_for_tools(request.asked.tools, chat.body);
  chat.body["messages"] = std::move(request.messages);
  if (request.asked.stream) ask_for_stream(chat.body);
  chat.relay = std::make_unique<AnthropicRelay>(call, std::move(request.asked));
  return chat;
}

Result<ForeignChat> foreign_chat(const SharedCall& call, OllamaRequest request, OllamaShape shape) {
  Asked& asked = request.asked;
  const Json& options = request.options;
  ASHLAR_TRY(check_options(options, "/options", asked));
  if (options.contains("num_ctx")) asked.ignored.emplace_back("options.num_ctx");
  if (request.keep_alive) asked.ignored.emplace_back("keep_alive");
  ForeignChat chat{.body = fields_of_options(options), .relay = nullptr};
  if (request.raw) {
    chat.path = "/completions";
    chat.body["prompt"] = std::move(request.prompt);
  } else {
    chat.body["messages"] = std::move(request.messages);
  }
  ask_for_tools(asked.tools, chat.body);
  if (!request.format.is_null()) chat.body["response_format"] = openai_format(request.format);
  if (const auto logprobs = asked.draft.sampling.logprobs) {
    if (request.raw)
      return fail(ErrorKind::unsupported, "another server has none of a raw prompt", "/logprobs",
                  "leave it out");
    chat.body["logprobs"] = true;
    chat.body["top_logprobs"] = *logprobs;
  }
  if (asked.stream) ask_for_stream(chat.body);
  chat.relay = std::make_unique<OllamaRelay>(call, std::move(asked), shape);
  return chat;
}

}  // namespace ashlar::server
