#include "chat/tool_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/lexer.h"

namespace ashlar::chat {
namespace {

constexpr ToolSyntax kHermes{
    .name = "hermes",
    .begin = "<tool_call>",
    .open = "\n",
    .head = R"({"name": ")",
    .middle = R"(", "arguments": )",
    .tail = "}",
    .separator = "",
    .end = "\n</tool_call>",
    .between = "\n",
    .repeats = true,
    .first_only = false,
    .result_begin = "<tool_response>\n",
    .result_id = "",
    .result_end = "\n</tool_response>",
    .result_is_json = false,
};

// A call is the whole answer.
constexpr ToolSyntax kLlama3{
    .name = "llama3",
    .begin = R"({"name")",
    .open = "",
    .head = R"(: ")",
    .middle = R"(", "parameters": )",
    .tail = "}",
    .separator = "",
    .end = "",
    .between = "\n",
    .repeats = false,
    .first_only = true,
    .result_begin = R"({"output": )",
    .result_id = "",
    .result_end = "}",
    .result_is_json = true,
};

constexpr ToolSyntax kMistral{
    .name = "mistral",
    .begin = "[TOOL_CALLS]",
    .open = " [",
    .head = R"({"name": ")",
    .middle = R"(", "arguments": )",
    .tail = "}",
    .separator = ", ",
    .end = "]",
    .between = "",
    .repeats = false,
    .first_only = false,
    .result_begin = R"([TOOL_RESULTS] {"content": )",
    .result_id = R"(, "call_id": )",
    .result_end = "}[/TOOL_RESULTS]",
    .result_is_json = true,
};

constexpr ToolSyntax mistral_tekken() {
  ToolSyntax syntax = kMistral;
  syntax.name = "mistral-tekken";
  syntax.open = "[";
  syntax.result_begin = R"([TOOL_RESULTS]{"content": )";
  return syntax;
}

constexpr ToolSyntax kMistralArgs{
    .name = "mistral-args",
    .begin = "[TOOL_CALLS]",
    .open = "",
    .head = "",
    .middle = "[ARGS]",
    .tail = "",
    .separator = "",
    .end = "",
    .between = "",
    .repeats = true,
    .first_only = false,
    .result_begin = "[TOOL_RESULTS]",
    .result_id = "",
    .result_end = "[/TOOL_RESULTS]",
    .result_is_json = false,
};

constexpr ToolSyntax generic() {
  ToolSyntax syntax = kHermes;
  syntax.name = "generic";
  return syntax;
}

constexpr std::array kSyntaxes{kHermes,          kLlama3,      kMistral,
                               mistral_tekken(), kMistralArgs, generic()};

// What a family's templates spell; the first row that fits.
struct Sign {
  std::string_view syntax;
  std::string_view has, has_too, lacks;
};
constexpr Sign kSigns[] = {
    {"hermes", "<tool_call>", R"("arguments)", "<function="},
    {"hermes", "<tool_call>", R"(\"arguments)", "<function="},
    {"mistral-args", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]"},
    {"mistral-tekken", "[TOOL_CALLS][", "", "[ARGS]"},
    {"mistral", "[TOOL_CALLS]", "", "[ARGS]"},
    {"llama3", "ipython", R"("parameters": )", "<tool_call>"},
    {"llama3", "ipython", R"(\"parameters\": )", "<tool_call>"},
};

const ToolSyntax* find_syntax(std::string_view name) {
  const auto found = std::ranges::find(kSyntaxes, name, &ToolSyntax::name);
  return found == kSyntaxes.end() ? nullptr : &*found;
}

}  // namespace

std::span<const ToolSyntax> tool_syntaxes() {
  return kSyntaxes;
}

Result<const ToolSyntax*> tool_syntax_named(std::string_view name, std::string_view where) {
  if (const ToolSyntax* found = find_syntax(name)) return found;
  std::string names;
  for (const ToolSyntax& each : kSyntaxes)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
  return fail(ErrorKind::bad_input, fmt::format("no syntax of calls '{}'", name),
              std::string(where), "choose one of " + names);
}

bool reads_tools(std::string_view source) {
  const std::string text = normalize(source);
  const auto tokens = tokenize(text, "template");
  if (!tokens) return false;
  bool attribute = false;
  for (const Token& token : *tokens) {
    if (token.kind == TokenKind::name && token.text == "tools" && !attribute) return true;
    attribute = token.kind == TokenKind::op && token.text == ".";
  }
  return false;
}

const ToolSyntax* tool_syntax_of(std::string_view source) {
  if (!reads_tools(source)) return find_syntax("generic");
  const auto has = [&](std::string_view text) { return source.find(text) != source.npos; };
  for (const Sign& sign : kSigns)
    if (has(sign.has) && has(sign.has_too) && !has(sign.lacks)) return find_syntax(sign.syntax);
  return nullptr;
}

std::string call_head(const ToolSyntax& syntax, std::string_view name) {
  return fmt::format("{}{}{}", syntax.head, name, syntax.middle);
}

std::string calls_text(const ToolSyntax& syntax, const std::vector<ToolCall>& calls) {
  std::string text;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const bool in_list = i > 0 && !syntax.separator.empty();
    if (i > 0) text += in_list ? syntax.separator : syntax.between;
    if (!in_list) text.append(syntax.begin).append(syntax.open);
    text.append(call_head(syntax, calls[i].name)).append(calls[i].arguments).append(syntax.tail);
    if (syntax.separator.empty() || i + 1 == calls.size()) text += syntax.end;
  }
  return text;
}

std::string result_text(const ToolSyntax& syntax, std::string_view content,
                        const std::optional<std::string>& id) {
  std::string text(syntax.result_begin);
  if (syntax.result_is_json && !base::parse_json(content, "result"))
    text += base::write_json(content);
  else
    text += content;
  if (id && !syntax.result_id.empty()) text.append(syntax.result_id).append(base::write_json(*id));
  return text.append(syntax.result_end);
}

std::string tools_text(const ToolSyntax& syntax, const std::vector<Tool>& tools) {
  std::string text = "You can call these functions, each described by a line of JSON:\n";
  for (const Tool& tool : tools) text += base::write_json(tool_json(tool)) + "\n";
  text += "To call a function, write its name and its arguments, as a JSON object, like this:\n";
  text += calls_text(syntax, {{.name = "NAME", .arguments = R"({"ARGUMENT": VALUE})"}});
  return text;
}

}  // namespace ashlar::chat
