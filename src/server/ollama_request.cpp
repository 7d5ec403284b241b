#include "server/ollama_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/tool_calls.h"
#include "llm/request_json.h"
#include "server/endpoints.h"
#include "server/ollama_options.h"
#include "server/response_format.h"
#include "server/tool_fields.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr auto kRoles =
    std::to_array<std::string_view>({"system", "developer", "user", "assistant", "tool"});

void read_later(const Json&, Asked&) {}

// What generate and chat take alike.
const std::array kCommonFields = {
    kModel,
    Field{"stream", Fate::used, FieldShape::flag, "false: one answer; default: true", read_later},
    Field{"options", Fate::used, FieldShape::object, "how the answer is drawn", read_later},
    Field{"keep_alive", Fate::used, FieldShape::any, "how long the model stays open after it",
          read_later},
    Field{"logprobs", Fate::used, FieldShape::flag, "log-probability of each token",
          [](const Json& value, Asked& asked) { asked.with_logprobs = value.get<bool>(); }},
    shared("top_logprobs", "logprobs"),
    Field{"format", Fate::used, FieldShape::any,
          "the JSON that the answer is: \"json\" or a schema", read_later},
    refused("think", kLater, "false"),
    ignored("truncate", "a prompt is never cut"),
    ignored("shift", "a context is never shifted"),
};

const std::vector<Field> kGenerateFields = joined(
    kCommonFields,
    {
        Field{"prompt", Fate::used, FieldShape::text, "what the user says", read_later},
        Field{"system", Fate::used, FieldShape::text, "a system message first", read_later},
        Field{"raw", Fate::used, FieldShape::flag, "no template: the prompt as it is", read_later},
        refused("template", "the model's own is used", R"("")"),
        refused("context", "send the conversation to /api/chat", "[]"),
        refused("suffix", "the model has no infill tokens", R"("")"),
        refused("images", kNever, "[]"),
        refused("width", kNever),
        refused("height", kNever),
        refused("steps", kNever),
    });

const std::vector<Field> kChatFields =
    joined(kCommonFields,
           {
               Field{"messages", Fate::used, FieldShape::messages, "the conversation", read_later},
               with_schema(shared("tools"), chat_tools_schema),
               shared("tool_choice"),
               shared("tool_syntax"),
           });

bool given(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && !at->is_null();
}

// A part of a message that asks for nothing.
bool empty(const Json& value) {
  return value.is_null() || value == "" || (value.is_array() && value.empty());
}

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

Status settle_logprobs(Asked& asked) {
  auto& logprobs = asked.draft.sampling.logprobs;
  if (logprobs && *logprobs > kMostLogprobs)
    return wrong(fmt::format("top_logprobs is {}", *logprobs), "/top_logprobs",
                 fmt::format("give at most {}", kMostLogprobs));
  if (!asked.with_logprobs && logprobs && *logprobs > 0)
    return wrong("top_logprobs needs logprobs", "/top_logprobs", R"(send "logprobs": true too)");
  if (!asked.with_logprobs)
    logprobs.reset();
  else if (!logprobs)
    logprobs = 0;
  return {};
}

// What generate and chat have in common.
Result<OllamaRequest> parse_shared(const Json& body, std::span<const Field> table) {
  OllamaRequest request;
  request.options = Json::object();
  request.messages = Json::array();
  ASHLAR_ASSIGN(request.asked, read_fields(body, table));
  ASHLAR_ASSIGN(request.asked.model, ollama_model_name(body));
  ASHLAR_TRY(settle_logprobs(request.asked));
  ASHLAR_TRY(settle_ollama_format(body, request.asked));
  if (!grammar::is_free(request.asked.structure)) request.format = body["format"];
  request.asked.stream = ollama_streams(body);
  if (given(body, "options")) {
    request.options = body["options"];
    Asked unused;  // what is to be reported comes when the options are read with the model's
    ASHLAR_TRY(check_options(request.options, "/options", unused));
  }
  if (given(body, "keep_alive")) {
    ASHLAR_ASSIGN(request.keep_alive, parse_keep_alive(body["keep_alive"]));
  }
  return request;
}

// What a message has beside role and content. The name of a tool is that of who speaks.
Status read_extra(const std::string& name, const Json& value, std::size_t index, Asked& asked,
                  Json& message) {
  if (empty(value)) return {};
  const std::string where = fmt::format("/messages/{}/{}", index, name);
  if (name == "images")
    return fail(ErrorKind::unsupported, fmt::format("{} is not supported: {}", name, kNever), where,
                "leave it out");
  if (name == "tool_calls" && message["role"] == "assistant") {
    ASHLAR_ASSIGN(const auto calls, chat::parse_tool_calls(value, where));
    message[name] = chat::tool_calls_json(calls);
    return {};
  }
  if ((name == "tool_name" || name == "tool_call_id") && message["role"] == "tool" &&
      value.is_string()) {
    message[name == "tool_name" ? "name" : "tool_call_id"] = value;
    return {};
  }
  const bool known = name == "thinking" || name == "tool_name" || name == "tool_call_id";
  (known ? asked.ignored : asked.unknown).push_back(fmt::format("messages[{}].{}", index, name));
  return {};
}

Result<Json> message_of(const Json& message, std::size_t index, Asked& asked) {
  const std::string where = fmt::format("/messages/{}", index);
  if (!message.is_object())
    return wrong(fmt::format("a message is {}", message.type_name()), where,
                 R"(send {"role":…,"content":…})");
  const auto role = message.find("role");
  if (role == message.end() || !role->is_string() ||
      std::ranges::find(kRoles, role->get_ref<const std::string&>()) == kRoles.end())
    return wrong("a message has no known role", where + "/role",
                 "send system, user, assistant or tool");
  Json parsed = {{"role", *role}, {"content", ""}};
  for (const auto& [name, value] : message.items()) {
    if (name == "role") continue;
    if (name != "content") {
      ASHLAR_TRY(read_extra(name, value, index, asked, parsed));
    } else if (value.is_string()) {
      parsed["content"] = value;
    } else if (!value.is_null()) {
      return wrong(fmt::format("the content is {}", value.type_name()), where + "/content",
                   "send a string");
    }
  }
  return parsed;
}

}  // namespace

std::span<const Field> ollama_generate_fields() {
  return kGenerateFields;
}

std::span<const Field> ollama_chat_fields() {
  return kChatFields;
}

Result<std::string> ollama_model_name(const Json& body) {
  for (const char* field : {"model", "name"}) {
    if (!given(body, field)) continue;
    ASHLAR_TRY(llm::check_shape(field, FieldShape::text, body[field]));
    if (!body[field].get_ref<const std::string&>().empty()) return body[field].get<std::string>();
  }
  return wrong("model is required", "/model", "GET /api/tags lists the names");
}

bool ollama_streams(const Json& body) {
  return !given(body, "stream") || body["stream"].get<bool>();
}

Result<OllamaRequest> parse_ollama_generate(const Json& body) {
  ASHLAR_ASSIGN(OllamaRequest request, parse_shared(body, kGenerateFields));
  const auto text = [&](const char* name) {
    return given(body, name) ? body[name].get<std::string>() : std::string();
  };
  request.raw = given(body, "raw") && body["raw"].get<bool>();
  const std::string prompt = text("prompt"), system = text("system");
  if (request.raw) {
    if (!system.empty())
      return fail(ErrorKind::unsupported, "a raw prompt has no system message", "/system",
                  "leave it out, or write it into the prompt");
    request.prompt = prompt;
    return request;
  }
  if (prompt.empty()) return request;
  if (!system.empty()) request.messages.push_back({{"role", "system"}, {"content", system}});
  request.messages.push_back({{"role", "user"}, {"content", prompt}});
  return request;
}

Result<OllamaRequest> parse_ollama_chat(const Json& body) {
  ASHLAR_ASSIGN(OllamaRequest request, parse_shared(body, kChatFields));
  ASHLAR_TRY(settle_tools(request.asked));
  if (!given(body, "messages")) return request;
  for (std::size_t i = 0; i < body["messages"].size(); ++i) {
    ASHLAR_ASSIGN(Json message, message_of(body["messages"][i], i, request.asked));
    request.messages.push_back(std::move(message));
  }
  return request;
}

}  // namespace ashlar::server
