#include "chat/tool_messages.h"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace ashlar::chat {
namespace {

using base::Json;

std::optional<std::string> text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}
std::string content_of(const Json& message) {
  return text_member(message, "content").value_or("");
}
std::string joined(std::string text, const std::string& more, std::string_view joint) {
  return text.empty() || more.empty() ? text + more : text.append(joint) + more;
}

// What the assistant said, and then called.
Result<Json> said(const Json& message, const ToolSyntax& syntax, const std::string& where) {
  ASHLAR_ASSIGN(const auto calls, parse_tool_calls(message["tool_calls"], where + "/tool_calls"));
  Json text = message;
  text.erase("tool_calls");
  text["content"] = joined(content_of(message), calls_text(syntax, calls), "\n");
  return text;
}

// Puts what the tools are in front.
void announce(Json& messages, const std::string& tools) {
  if (!messages.empty() && messages[0]["role"] == "system")
    messages[0]["content"] = joined(content_of(messages[0]), tools, "\n\n");
  else
    messages.insert(messages.begin(), Json{{"role", "system"}, {"content", tools}});
}

}  // namespace

Result<Json> messages_as_text(const Json& messages, const ToolSyntax& syntax,
                              const std::vector<Tool>& tools, std::string_view pointer) {
  Json texts = Json::array();
  bool behind_result = false;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Json& message = messages[i];
    const bool is_result = message["role"] == "tool";
    if (is_result) {
      const std::string text =
          result_text(syntax, content_of(message), text_member(message, "tool_call_id"));
      if (behind_result)
        texts.back()["content"] = content_of(texts.back()) + "\n" + text;
      else
        texts.push_back({{"role", "user"}, {"content", text}});
    } else if (message.contains("tool_calls")) {
      ASHLAR_ASSIGN(Json text, said(message, syntax, fmt::format("{}/{}", pointer, i)));
      texts.push_back(std::move(text));
    } else {
      texts.push_back(message);
    }
    behind_result = is_result;
  }
  if (!tools.empty()) announce(texts, tools_text(syntax, tools));
  return texts;
}

}  // namespace ashlar::chat
