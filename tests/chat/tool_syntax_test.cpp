#include "chat/tool_syntax.h"

#include <gtest/gtest.h>

#include <set>

namespace ashlar::chat {
namespace {

using base::Json;

const ToolSyntax& syntax(std::string_view name) {
  return **tool_syntax_named(name, "test");
}
std::string family(std::string_view source) {
  const ToolSyntax* found = tool_syntax_of(source);
  return found ? std::string(found->name) : "unknown";
}

TEST(ToolSyntax, IsNamed) {
  std::set<std::string_view> names;
  for (const ToolSyntax& each : tool_syntaxes()) {
    names.insert(each.name);
    EXPECT_EQ(syntax(each.name).name, each.name);
    EXPECT_FALSE(each.begin.empty());
    EXPECT_FALSE(call_head(each, "f").empty());
    EXPECT_TRUE(each.separator.empty() || !each.repeats) << "lists come alone";
  }
  EXPECT_EQ(names.size(), tool_syntaxes().size());
  const auto unknown = tool_syntax_named("pirate", "--tool-syntax");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().where, "--tool-syntax");
  EXPECT_NE(unknown.error().mend.find("mistral-tekken"), std::string::npos);
}

TEST(ToolSyntax, IsFoundOutFromATemplate) {
  EXPECT_EQ(family("{% for m in messages %}{{ m.content }}{% endfor %}"), "generic");
  EXPECT_EQ(family("{% if tools %}<tool_call>\n{\"name\": <n>, \"arguments\": <a>}{% endif %}"),
            "hermes");
  EXPECT_EQ(family(R"({% if tools %}{{ "<tool_call>{\"name\": <n>, \"arguments\": <a>}" }})"
                   R"({% endif %})"),
            "hermes");
  EXPECT_EQ(family(R"({% if tools is not none %}{{ 'ipython {"name": n, "parameters": d}' }})"
                   R"({% endif %})"),
            "llama3");
  EXPECT_EQ(family("{% if tools %}{{ '[TOOL_CALLS] [' }}{% endif %}"), "mistral");
  EXPECT_EQ(family("{% if tools %}{{ '[TOOL_CALLS][' }}{% endif %}"), "mistral-tekken");
  EXPECT_EQ(family("{% if tools %}{{ '[TOOL_CALLS]' + f + '[ARGS]' + a }}{% endif %}"),
            "mistral-args");
}

TEST(ToolSyntax, IsUnknownWhereAModelsCallsAre) {
  EXPECT_EQ(family("{% if tools %}<tool_call><function=f>\"arguments\"{% endif %}"), "unknown");
  EXPECT_EQ(family("{% if tools %}[TOOL_CALLS]f[CALL_ID]1[ARGS]{}{% endif %}"), "unknown");
  EXPECT_EQ(family("{{ tools }}"), "unknown");
}

TEST(ToolSyntax, OnlyANameReadsTools) {
  EXPECT_TRUE(reads_tools("{{ tools|tojson }}"));
  EXPECT_TRUE(reads_tools("{%- if tools is defined %}{% endif %}"));
  EXPECT_FALSE(reads_tools("tools {{ 'tools' }} {# tools #} {{ message.tools }}{{ my_tools }}"));
}

TEST(ToolSyntax, CallsAreWrittenAsTheModelDoes) {
  const std::vector<ToolCall> two{{.name = "f", .arguments = R"({"a": 1})"},
                                  {.name = "g", .arguments = "{}"}};
  EXPECT_EQ(calls_text(syntax("hermes"), two),
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>\n"
            "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>");
  EXPECT_EQ(
      calls_text(syntax("mistral"), two),
      R"([TOOL_CALLS] [{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {}}])");
  EXPECT_EQ(calls_text(syntax("mistral-tekken"), {two[1]}),
            R"([TOOL_CALLS][{"name": "g", "arguments": {}}])");
  EXPECT_EQ(calls_text(syntax("mistral-args"), two),
            R"([TOOL_CALLS]f[ARGS]{"a": 1}[TOOL_CALLS]g[ARGS]{})");
  EXPECT_EQ(calls_text(syntax("llama3"), {two[0]}), R"({"name": "f", "parameters": {"a": 1}})");
  EXPECT_EQ(calls_text(syntax("generic"), {two[1]}), calls_text(syntax("hermes"), {two[1]}));
}

TEST(ToolSyntax, ResultsAreTextOrJson) {
  EXPECT_EQ(result_text(syntax("hermes"), "4 °C", "1"), "<tool_response>\n4 °C\n</tool_response>");
  EXPECT_EQ(result_text(syntax("llama3"), "a \"b\"", {}), R"({"output": "a \"b\""})");
  EXPECT_EQ(result_text(syntax("llama3"), R"({"t":4})", {}), R"({"output": {"t":4}})");
  EXPECT_EQ(result_text(syntax("mistral"), "x", "abc"),
            R"([TOOL_RESULTS] {"content": "x", "call_id": "abc"}[/TOOL_RESULTS])");
  EXPECT_EQ(result_text(syntax("mistral"), "x", {}),
            R"([TOOL_RESULTS] {"content": "x"}[/TOOL_RESULTS])");
  EXPECT_EQ(result_text(syntax("mistral-args"), "x", "abc"), "[TOOL_RESULTS]x[/TOOL_RESULTS]");
}

TEST(ToolSyntax, ToolsAreAnnounced) {
  const std::vector<Tool> tools{{.name = "f", .description = "D", .parameters = R"({"a":{}})"},
                                {.name = "g", .parameters = "{}"}};
  const std::string text = tools_text(syntax("generic"), tools);
  EXPECT_NE(text.find("\n{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"D\","
                      "\"parameters\":{\"a\":{}}}}\n"),
            std::string::npos);
  EXPECT_NE(text.find("\"name\":\"g\""), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n</tool_call>"));
}

}  // namespace
}  // namespace ashlar::chat
