#include "server/response_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_pointer.h"
#include "base/utf8.h"
#include "llm/request_json.h"
#include "server/endpoints.h"
#include "server/response_format.h"
#include "server/response_items.h"
#include "server/tool_fields.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::string_view kNoBuiltin = "there are no built-in tools";
constexpr std::string_view kUsersAlike = "all users are alike";
constexpr std::string_view kByTokens = "prompts are found by their tokens";

const Field kTools = with_schema(shared("tools"), flat_tools_schema);
const Field kToolChoice = with_schema(shared("tool_choice"), choice_word_schema);

const std::vector<Field> kFields =
    joined(sampler_fields(),
           {
               kModel,
               kept("input", FieldShape::any, "a text, or a list of messages"),
               kept("instructions", FieldShape::text, "a system message before all others"),
               kStream,
               kept("background", FieldShape::flag, "answer at once, and go on without the client"),
               kept("store", FieldShape::flag, "keep the response; default: true"),
               kept("previous_response_id", FieldShape::text,
                    "the stored response that this one continues"),
               kept("truncation", FieldShape::text,
                    "auto: leave out the oldest items where all are too many"),
               kept("include", FieldShape::texts, "message.output_text.logprobs: of each token"),
               kept("metadata", FieldShape::object, "texts that are kept with the response"),
               shared("max_output_tokens", "max_tokens"),
               shared("top_logprobs", "logprobs"),
               kept("text", FieldShape::object, R"({"format": {"type": "text"}})"),
               kTools,
               kToolChoice,
               shared("parallel_tool_calls"),
               shared("tool_syntax"),
               refused("reasoning", kLater, R"({"effort":"none"})"),
               refused("conversation", "responses are continued by previous_response_id"),
               refused("prompt", "no prompts are stored"),
               refused("context_management", kLater, "[]"),
               refused("moderation", kNever),
               refused("image", kNever),
               refused("access_programs", kNever),
               refused("background_options", kLater),
               Field{"stream_options", Fate::used, FieldShape::object, "changes nothing here",
                     [](const Json& value, Asked& asked) {
                       for (const auto& each : value.items())
                         asked.ignored.push_back("stream_options." + each.key());
                     }},
               ignored("max_tool_calls", kNoBuiltin),
               ignored("user", kUsersAlike),
               ignored("safety_identifier", kUsersAlike),
               ignored("prompt_cache_key", kByTokens),
               ignored("prompt_cache_options", kByTokens),
               ignored("prompt_cache_retention", kByTokens),
               ignored("service_tier", "there is one"),
           });

const std::array kTokenFields = {
    kModel,
    kept("input", FieldShape::any, "a text, or a list of messages"),
    kept("instructions", FieldShape::text, "a system message before all others"),
    kept("previous_response_id", FieldShape::text, "the stored response that this one continues"),
    kept("truncation", FieldShape::text, "all items are counted, whatever would be left out"),
    kept("text", FieldShape::object, R"({"format": {"type": "text"}})"),
    kTools,
    kToolChoice,
    shared("parallel_tool_calls"),
    shared("tool_syntax"),
    refused("reasoning", kLater, R"({"effort":"none"})"),
    refused("conversation", "responses are continued by previous_response_id"),
    refused("personality", kNever),
};

// The value of a field that was given; null is as good as none.
const Json* given(const Json& body, std::string_view name) {
  const auto field = body.find(name);
  return field == body.end() || field->is_null() ? nullptr : &*field;
}

std::optional<std::string> given_text(const Json& body, std::string_view name) {
  const Json* value = given(body, name);
  return value ? std::optional(value->get<std::string>()) : std::nullopt;
}

bool given_flag(const Json& body, std::string_view name, bool otherwise) {
  const Json* value = given(body, name);
  return value ? value->get<bool>() : otherwise;
}

// Text or JSON, of plain length.
Status settle_text(const Json& body, Asked& asked) {
  const Json* text = given(body, "text");
  if (!text) return {};
  if (const Json* format = given(*text, "format")) {
    if (!format->is_object())
      return fail(ErrorKind::bad_input, "the format is no object", "/text/format",
                  R"(leave it out, or send {"type": "text"})");
    ASHLAR_TRY(settle_text_format(*format, asked));
  }
  for (const auto& [name, value] : text->items())
    if (name != "format" && !value.is_null() && !(name == "verbosity" && value == "medium"))
      return fail(ErrorKind::unsupported, fmt::format("text.{} is not supported", name),
                  "/text" + base::pointer_step(name), "leave it out");
  return {};
}

constexpr std::string_view kLogprobs = "message.output_text.logprobs";
// What OpenAI knows beside that, of things that don't occur here.
constexpr auto kEmptyIncludes = std::to_array<std::string_view>(
    {"file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
     "message.input_image.image_url", "computer_call_output.output.image_url",
     "reasoning.encrypted_content", "code_interpreter_call.outputs"});

// include, and the logprobs that it asks for.
Status settle_logprobs(const Json& body, Asked& asked) {
  const Json* include = given(body, "include");
  const Json list = !include              ? Json::array()
                    : include->is_array() ? *include
                                          : Json::array({*include});
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& each = list[i].get_ref<const std::string&>();
    if (each == kLogprobs)
      asked.with_logprobs = true;
    else if (std::ranges::find(kEmptyIncludes, each) != kEmptyIncludes.end())
      asked.ignored.push_back(fmt::format("include[{}]", i));
    else
      return fail(ErrorKind::bad_input, fmt::format("nothing is called '{}'", each),
                  fmt::format("/include/{}", i), fmt::format("send \"{}\"", kLogprobs));
  }
  auto& logprobs = asked.draft.sampling.logprobs;
  if (logprobs.value_or(0) > kMostLogprobs)
    return fail(ErrorKind::bad_input, fmt::format("top_logprobs is {}", *logprobs), "/top_logprobs",
                fmt::format("give at most {}", kMostLogprobs));
  if (logprobs.value_or(0) > 0 && !asked.with_logprobs)
    return fail(ErrorKind::bad_input, "top_logprobs needs them included", "/top_logprobs",
                fmt::format("send \"include\": [\"{}\"] too", kLogprobs));
  logprobs = asked.with_logprobs ? std::optional(logprobs.value_or(0)) : std::nullopt;
  return {};
}

Status settle_truncation(const Json& body, ResponseRequest& request) {
  const std::string truncation = given_text(body, "truncation").value_or("disabled");
  if (truncation != "auto" && truncation != "disabled")
    return fail(ErrorKind::bad_input, fmt::format("no truncation '{}'", truncation), "/truncation",
                "send \"auto\" or \"disabled\"");
  request.truncate = truncation == "auto";
  return {};
}

Status check_background(const ResponseRequest& request) {
  if (!request.background) return {};
  if (!request.store)
    return fail(ErrorKind::bad_input, "what runs in the background is found by its stored id",
                "/store", "leave \"store\": false out");
  if (request.asked.stream)
    return fail(ErrorKind::unsupported, "a response in the background is not streamed", "/stream",
                "poll it with GET /v1/responses/ID");
  return {};
}

// What both kinds of request have.
Result<ResponseRequest> parse_prompt(const Json& body, std::span<const Field> table) {
  ResponseRequest request;
  ASHLAR_ASSIGN(request.asked, read_fields(body, table));
  ASHLAR_TRY(settle_text(body, request.asked));
  ASHLAR_TRY(settle_tools(request.asked));
  ASHLAR_TRY(settle_truncation(body, request));
  const Json* input = given(body, "input");
  if (!input)
    return fail(ErrorKind::bad_input, "the input is missing", "/input",
                "send \"input\": a string or a list of messages");
  ASHLAR_ASSIGN(request.items, parse_items(*input));
  request.instructions = given_text(body, "instructions");
  request.previous = given_text(body, "previous_response_id");
  if (request.items.empty() && !request.previous)
    return fail(ErrorKind::bad_input, "the input is empty", "/input", "send a message");
  return request;
}

}  // namespace

std::span<const Field> response_fields() {
  return kFields;
}

std::span<const Field> input_token_fields() {
  return kTokenFields;
}

Status check_metadata(const Json& metadata) {
  constexpr std::size_t kMostPairs = 16, kLongestName = 64, kLongestText = 512;
  if (metadata.size() > kMostPairs)
    return fail(ErrorKind::bad_input, fmt::format("metadata has {} pairs", metadata.size()),
                "/metadata", fmt::format("send at most {}", kMostPairs));
  const auto length = [](std::string_view text) {
    return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
  };
  for (const auto& [name, value] : metadata.items()) {
    const std::string where = "/metadata" + base::pointer_step(name);
    if (!value.is_string())
      return fail(ErrorKind::bad_input, fmt::format("the value is {}", value.type_name()), where,
                  "send a string");
    if (std::cmp_greater(length(name), kLongestName) ||
        std::cmp_greater(length(value.get_ref<const std::string&>()), kLongestText))
      return fail(
          ErrorKind::bad_input, "a name or a value is too long", where,
          fmt::format("names may have {} characters, values {}", kLongestName, kLongestText));
  }
  return {};
}

Result<ResponseRequest> parse_response_request(const Json& body) {
  ASHLAR_ASSIGN(ResponseRequest request, parse_prompt(body, kFields));
  ASHLAR_TRY(settle_logprobs(body, request.asked));
  request.store = given_flag(body, "store", true);
  request.background = given_flag(body, "background", false);
  ASHLAR_TRY(check_background(request));
  if (const Json* metadata = given(body, "metadata")) {
    ASHLAR_TRY(check_metadata(*metadata));
    request.metadata = *metadata;
  }
  if (given(body, "max_output_tokens"))
    request.most_tokens = request.asked.draft.sampling.max_tokens;
  for (const std::string_view name : {"user", "safety_identifier", "prompt_cache_key"})
    if (const Json* value = given(body, name); value && value->is_string())
      request.repeated[std::string(name)] = *value;
  for (const char* name : {"tools", "tool_choice", "parallel_tool_calls"})
    if (const Json* value = given(body, name)) request.repeated[name] = *value;
  if (const Json* text = given(body, "text"); text && given(*text, "format"))
    request.repeated["text"] = {{"format", *given(*text, "format")}, {"verbosity", "medium"}};
  return request;
}

Result<ResponseRequest> parse_input_token_request(const Json& body) {
  return parse_prompt(body, kTokenFields);
}

}  // namespace ashlar::server
