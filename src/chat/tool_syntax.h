// How models write calls of tools, family by family, as data. Facts from the chat templates that
// the models come with: Qwen 2.5 and 3, Hermes 2 Pro and 3; Llama 3.1 and 3.2; Mistral 7B v0.3
// (tokenizer v3), Nemo 2407 (v3 tekken), Ministral 3 (v13). `generic` is our own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/tool_calls.h"
#include "chat/tools.h"

namespace ashlar::chat {

// An answer's calls: begin open CALL (separator CALL)* end, where a CALL is
// head NAME middle ARGUMENTS tail.
struct ToolSyntax {
  std::string_view name;
  std::string_view begin;  // triggers: what begins with it is calls
  std::string_view open;
  std::string_view head, middle, tail;
  std::string_view separator;  // empty: one call between begin and end
  std::string_view end;
  std::string_view between;  // of several from begin to end, one behind the other
  bool repeats;              // several from begin to end may come
  bool first_only;           // begin triggers only where the answer begins
  // A result as text: result_begin CONTENT (result_id "ID")? result_end.
  std::string_view result_begin;
  std::string_view result_id;  // empty: without
  std::string_view result_end;
  bool result_is_json;  // CONTENT is JSON: a string unless it is JSON already

  bool may_be_several() const { return repeats || !separator.empty(); }
};

std::span<const ToolSyntax> tool_syntaxes();
// Errors: bad_input with the names that there are.
Result<const ToolSyntax*> tool_syntax_named(std::string_view name, std::string_view where);

// Whether a template looks at `tools`. REQUIRES: it compiles.
bool reads_tools(std::string_view source);
// That of a template's model; `generic` where it never reads tools; null where it does, and we
// don't know how its model writes calls. REQUIRES: it compiles.
const ToolSyntax* tool_syntax_of(std::string_view source);

// What stands between a call's begin, or a separator, and its arguments: head NAME middle.
std::string call_head(const ToolSyntax& syntax, std::string_view name);
// Calls as the model would have written them.
std::string calls_text(const ToolSyntax& syntax, const std::vector<ToolCall>& calls);
std::string result_text(const ToolSyntax& syntax, std::string_view content,
                        const std::optional<std::string>& id);
// For a system message: what the tools are, and how to call them. REQUIRES: there are tools.
std::string tools_text(const ToolSyntax& syntax, const std::vector<Tool>& tools);

}  // namespace ashlar::chat
