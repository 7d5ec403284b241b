#include "server/ollama_answer.h"

#include <algorithm>

#include "server/ollama_times.h"
#include "server/openai_json.h"
#include "server/report.h"

namespace ashlar::server {
namespace {

using base::Json;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

std::int64_t between(steady_clock::time_point from, steady_clock::time_point to) {
  return std::chrono::duration_cast<nanoseconds>(to - from).count();
}

Json json_of(const chat::ToolCall& call) {
  Json json = {{"function", {{"name", call.name}, {"arguments", chat::arguments_object(call)}}}};
  if (call.id) json["id"] = *call.id;
  return json;
}

// At least 1: clients divide by it.
std::int64_t of_milliseconds(double time) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(time * 1e6));
}

}  // namespace

std::string ndjson(const Json& line) {
  return base::write_json(line) + "\n";
}

net::Headers ndjson_headers() {
  return {{"content-type", "application/x-ndjson"},
          {"cache-control", "no-store"},
          {"x-accel-buffering", "no"}};
}

Json ollama_line(OllamaShape shape, std::string_view model, const llm::AnswerMessage& message,
                 bool done) {
  Json line = {{"model", model}, {"created_at", rfc3339(std::chrono::system_clock::now())}};
  if (shape == OllamaShape::generate) {
    line["response"] = message.text;
  } else {
    line["message"] = {{"role", "assistant"}, {"content", message.text}};
    for (const chat::ToolCall& call : message.calls)
      line["message"]["tool_calls"].push_back(json_of(call));
  }
  line["done"] = done;
  return line;
}

llm::AnswerMessage ollama_message(const std::vector<llm::AnswerPart>& parts,
                                  const llm::AnswerMessage& so_far) {
  llm::AnswerMessage message;
  for (const llm::AnswerPart& part : parts) {
    if (part.kind == llm::AnswerPart::Kind::text) message.add(part);
    if (part.kind == llm::AnswerPart::Kind::end) message.calls.push_back(so_far.calls[part.call]);
  }
  return message;
}

OllamaTeller::OllamaTeller(SharedCall call, ServedModel model, Asked asked, OllamaShape shape,
                           steady_clock::time_point loaded)
    : call_(std::move(call)),
      model_(std::move(model)),
      asked_(std::move(asked)),
      shape_(shape),
      loaded_(loaded) {}

// Nothing may stand between the lines, so there is no probe: who closes their side has gone.
void OllamaTeller::begin() {
  if (!asked_.stream) return;
  call_->begin(ndjson_headers(), {});
}

void OllamaTeller::event(std::uint32_t, const llm::Event& event) {
  if (!asked_.stream) return;
  for (const llm::AnswerPart& part : event.parts) so_far_.add(part);
  const llm::AnswerMessage message = ollama_message(event.parts, so_far_);
  if (message.text.empty() && message.calls.empty() && !event.logprob) return;
  Json line = ollama_line(shape_, asked_.model, message, false);
  if (event.logprob)
    line["logprobs"] = Json::array({chat_logprob(*event.logprob, model_.llm->tokenizer())});
  call_->exchange->write(ndjson(line));
}

Json OllamaTeller::last(const std::vector<Told>& told) const {
  const engine::Output& output = told.front().choices.outputs.front();
  Json line =
      ollama_line(shape_, asked_.model,
                  asked_.stream ? llm::AnswerMessage() : told.front().messages.front(), true);
  const bool calls = output.finish_reason == engine::FinishReason::tool_calls;
  line["done_reason"] = calls ? "stop" : finish_reason(output);
  line["total_duration"] = between(call_->arrived, steady_clock::now());
  line["load_duration"] = between(call_->arrived, loaded_);
  line["prompt_eval_count"] = output.prompt_tokens;
  line["prompt_eval_duration"] = of_milliseconds(output.timings.prefill_ms);
  line["eval_count"] = output.ids.size();
  line["eval_duration"] = of_milliseconds(output.timings.decode_ms);
  if (!asked_.stream && asked_.with_logprobs) {
    line["logprobs"] = Json::array();
    for (const auto& token : output.logprobs)
      line["logprobs"].push_back(chat_logprob(token, model_.llm->tokenizer()));
  }
  line["ashlar"] = report_of(asked_, model_, told);
  return line;
}

void OllamaTeller::finish(const std::vector<Told>& told) {
  if (!asked_.stream) return call_->answer(last(told));
  call_->exchange->write(ndjson(last(told)));
  call_->exchange->end();
}

void OllamaTeller::fail(const Error& error) {
  if (!asked_.stream) return call_->fail(error);
  call_->exchange->write(ndjson(error_body(Dialect::ollama, status_for(error), error, call_->id)));
  call_->exchange->end();
}

}  // namespace ashlar::server
