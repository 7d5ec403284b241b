#include "server/response_object.h"

#include "server/openai_json.h"
#include "server/report.h"

namespace ashlar::server {
namespace {

using base::Json;
using engine::FinishReason;

// What the official type has and nothing here fills.
constexpr std::string_view kEmpty[] = {"access_programs",
                                       "conversation",
                                       "image",
                                       "input_transformations",
                                       "max_tool_calls",
                                       "moderation",
                                       "prompt",
                                       "prompt_cache_diagnostics",
                                       "prompt_cache_key",
                                       "prompt_cache_options",
                                       "prompt_cache_retention",
                                       "safety_identifier",
                                       "tool_usage",
                                       "user"};

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

Json new_response(std::string_view id, std::int64_t created, const ServedModel& model,
                  const ResponseRequest& request, const ResponsePrompt& prompt) {
  const engine::SamplingParams& sampling = request.asked.draft.sampling;
  Json response = {{"id", id},
                   {"object", "response"},
                   {"created_at", created},
                   {"status", "in_progress"},
                   {"background", request.background},
                   {"completed_at", nullptr},
                   {"error", nullptr},
                   {"incomplete_details", nullptr},
                   {"instructions", or_null(request.instructions)},
                   {"max_output_tokens", or_null(request.most_tokens)},
                   {"model", model.id},
                   {"output", Json::array()},
                   {"parallel_tool_calls", true},
                   {"previous_response_id", or_null(request.previous)},
                   {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
                   {"service_tier", "default"},
                   {"store", request.store},
                   {"temperature", sampling.temperature},
                   {"text", {{"format", {{"type", "text"}}}, {"verbosity", "medium"}}},
                   {"tool_choice", "auto"},
                   {"tools", Json::array()},
                   {"top_logprobs", sampling.logprobs.value_or(0)},
                   {"top_p", sampling.top_p},
                   {"truncation", request.truncate ? "auto" : "disabled"},
                   {"usage", nullptr},
                   {"metadata", request.metadata}};
  for (const std::string_view name : kEmpty) response[std::string(name)] = nullptr;
  response.update(request.repeated);
  response["ashlar"]["truncation"] = {{"dropped_items", prompt.dropped_items},
                                      {"whole_input_tokens", prompt.whole_tokens}};
  set_report(response, request, model, {});
  return response;
}

void set_report(Json& response, const ResponseRequest& request, const ServedModel& model,
                const std::vector<Told>& told) {
  Json report = report_of(request.asked, model, told);
  report["template_hash"] = model.llm->template_hash();
  report["truncation"] = response["ashlar"]["truncation"];
  response["ashlar"] = std::move(report);
}

Json response_logprobs(const engine::Output& output, const tokenizer::Tokenizer& tokenizer) {
  Json list = Json::array();
  for (const engine::TokenLogprob& token : output.logprobs)
    list.push_back(chat_logprob(token, tokenizer));
  return list;
}

std::string_view item_status(const engine::Output& output) {
  const bool whole = output.finish_reason == FinishReason::stop ||
                     output.finish_reason == FinishReason::tool_calls;
  return whole ? "completed" : "incomplete";
}

void set_answer(Json& response, const engine::Output& output, Json items, std::int64_t now) {
  switch (output.finish_reason) {
    case FinishReason::length:
      response["status"] = "incomplete";
      response["incomplete_details"] = {{"reason", "max_output_tokens"}};
      break;
    case FinishReason::cancelled: response["status"] = "cancelled"; break;
    default: response["status"] = "completed"; response["completed_at"] = now;
  }
  response["output"] = std::move(items);
  response["usage"] = {{"input_tokens", output.prompt_tokens},
                       {"input_tokens_details",
                        {{"cached_tokens", output.cached_tokens}, {"cache_write_tokens", 0}}},
                       {"output_tokens", output.ids.size()},
                       {"output_tokens_details", {{"reasoning_tokens", 0}}},
                       {"total_tokens", output.prompt_tokens + output.ids.size()}};
}

}  // namespace ashlar::server
