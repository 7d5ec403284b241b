#include "chat/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_pointer.h"
#include "chat/tool_calls.h"

namespace ashlar::chat {
namespace {

constexpr auto kRoles =
    std::to_array<std::string_view>({"system", "developer", "user", "assistant", "tool"});

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

Result<std::string> text_part(const base::Json& part, const std::string& where) {
  if (!part.is_object())
    return wrong(fmt::format("a content part is {}", part.type_name()), where,
                 R"(send {"type":"text","text":…})");
  const auto type = part.find("type");
  if (type == part.end() || !type->is_string())
    return wrong("a content part has no type", where + "/type", R"(send "type":"text")");
  if (*type != "text")
    return fail(ErrorKind::unsupported,
                fmt::format("content of type '{}'", type->get_ref<const std::string&>()),
                where + "/type", "only text can be sent");
  const auto text = part.find("text");
  if (text == part.end() || !text->is_string())
    return wrong("a text part has no text", where + "/text", R"(send "text": a string)");
  for (const auto& [name, value] : part.items())
    if (name != "type" && name != "text")
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a text part", name),
                  where + "/" + name, "leave it out");
  return text->get<std::string>();
}

Result<std::string> content_text(const base::Json& content, const std::string& where) {
  if (content.is_string()) return content.get<std::string>();
  if (!content.is_array())
    return wrong(fmt::format("the content is {}", content.type_name()), where,
                 "send a string or a list of text parts");
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) {
    ASHLAR_ASSIGN(const std::string part, text_part(content[i], fmt::format("{}/{}", where, i)));
    text += part;
  }
  return text;
}

Status check_role(const base::Json& message, const std::string& where) {
  const auto role = message.find("role");
  if (role == message.end() || !role->is_string())
    return wrong("a message has no role", where + "/role",
                 "send system, developer, user, assistant or tool");
  const auto& name = role->get_ref<const std::string&>();
  if (std::ranges::find(kRoles, name) != kRoles.end()) return {};
  return wrong(fmt::format("no role '{}'", name), where + "/role",
               "send system, developer, user, assistant or tool");
}

// What a message may have beside role and content, and whose it is then.
Status parse_extra(const std::string& name, const base::Json& value, const std::string& where,
                   base::Json& parsed) {
  if (name == "tool_calls" && parsed["role"] == "assistant") {
    ASHLAR_ASSIGN(const auto calls, parse_tool_calls(value, where));
    if (!calls.empty()) parsed[name] = tool_calls_json(calls);
    return {};
  }
  if (name != "name" && !(name == "tool_call_id" && parsed["role"] == "tool"))
    return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a message", name), where,
                "leave it out");
  if (!value.is_string())
    return wrong(fmt::format("the {} is {}", name, value.type_name()), where, "send a string");
  parsed[name] = value;
  return {};
}

bool is_given(const base::Json& message, const char* name) {
  const auto at = message.find(name);
  return at != message.end() && !at->is_null();
}

Result<base::Json> parse_message(const base::Json& message, const std::string& where) {
  if (!message.is_object())
    return wrong(fmt::format("a message is {}", message.type_name()), where,
                 R"(send {"role":…,"content":…})");
  ASHLAR_TRY(check_role(message, where));
  base::Json parsed{{"role", message["role"]}, {"content", ""}};
  if (is_given(message, "content")) {
    ASHLAR_ASSIGN(parsed["content"], content_text(message["content"], where + "/content"));
  } else if (!is_given(message, "tool_calls")) {
    return wrong("a message has no content", where + "/content", "send a string");
  }
  for (const auto& [name, value] : message.items()) {
    if (name == "role" || name == "content" || value.is_null()) continue;
    ASHLAR_TRY(parse_extra(name, value, where + base::pointer_step(name), parsed));
  }
  return parsed;
}

}  // namespace

Result<Conversation> parse_messages(const base::Json& json, std::string_view pointer) {
  if (!json.is_array())
    return wrong(fmt::format("the messages are {}", json.type_name()), std::string(pointer),
                 R"(send [{"role":…,"content":…}, …])");
  if (json.empty())
    return wrong("there are no messages", std::string(pointer), "send at least one");
  Conversation conversation{base::Json::array()};
  for (std::size_t i = 0; i < json.size(); ++i) {
    ASHLAR_ASSIGN(base::Json message, parse_message(json[i], fmt::format("{}/{}", pointer, i)));
    conversation.messages.push_back(std::move(message));
  }
  return conversation;
}

base::Json template_variables(const Conversation& conversation, bool add_generation_prompt) {
  base::Json tools = nullptr;
  for (const Tool& tool : conversation.tools) tools.push_back(tool_json(tool));
  return {{"messages", conversation.messages},
          {"tools", std::move(tools)},
          {"documents", nullptr},
          {"add_generation_prompt", add_generation_prompt}};
}

base::Json special_token_variables(
    const std::vector<std::pair<std::string_view, std::string_view>>& tokens) {
  base::Json variables = base::Json::object();
  for (const auto& [name, spelling] : tokens) variables[std::string(name)] = spelling;
  return variables;
}

}  // namespace ashlar::chat
