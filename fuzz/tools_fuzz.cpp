// Tools, the choice among them and conversations with calls: never a crash; what is accepted is
// accepted again as templates see it, and every syntax can write it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "chat/messages.h"
#include "chat/tool_messages.h"

namespace {

using namespace ashlar;

void try_tools(const base::Json& json) {
  const auto tools = chat::parse_tools(json);
  if (!tools) {
    if (tools.error().message.empty() || tools.error().where.empty()) std::abort();
    return;
  }
  base::Json again = base::Json::array();
  for (const chat::Tool& tool : *tools) again.push_back(chat::tool_json(tool));
  if (!chat::parse_tools(again)) std::abort();
  for (const chat::ToolSyntax& syntax : chat::tool_syntaxes())
    if (!tools->empty() && chat::tools_text(syntax, *tools).empty()) std::abort();
}

void try_calls(const base::Json& json) {
  const auto calls = chat::parse_tool_calls(json, "/tool_calls");
  if (!calls) return;
  const base::Json again = chat::tool_calls_json(*calls);
  if (!chat::parse_tool_calls(again, "/tool_calls")) std::abort();
  const base::Json messages{{{"role", "assistant"}, {"content", ""}, {"tool_calls", again}}};
  for (const chat::ToolSyntax& syntax : chat::tool_syntaxes())
    if (!chat::messages_as_text(messages, syntax, {})) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = base::parse_json(text, "body");
  if (!json) return 0;
  try_tools(*json);
  try_calls(*json);
  (void)chat::parse_tool_choice(*json, {{.name = "f", .parameters = "{}"}});
  return 0;
}
