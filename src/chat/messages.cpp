#include "chat/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

Result<base::Json> parse_message(const base::Json& message, const std::string& where) {
  if (!message.is_object())
    return wrong(fmt::format("a message is {}", message.type_name()), where,
                 R"(send {"role":…,"content":…})");
  ASHLAR_TRY(check_role(message, where));
  base::Json parsed{{"role", message["role"]}};
  const auto content = message.find("content");
  if (content == message.end())
    return wrong("a message has no content", where + "/content", "send a string");
  ASHLAR_ASSIGN(parsed["content"], content_text(*content, where + "/content"));
  for (const auto& [name, value] : message.items()) {
    if (name == "role" || name == "content") continue;
    if (name != "name")
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a message", name),
                  where + "/" + name, "leave it out");
    if (!value.is_string())
      return wrong(fmt::format("the name is {}", value.type_name()), where + "/name",
                   "send a string");
    parsed["name"] = value;
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
  return {{"messages", conversation.messages},
          {"tools", nullptr},
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
