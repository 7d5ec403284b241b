// An answer with calls, cut anywhere, read off the language that it was held to.
#include "llm/call_streams.h"

#include <gtest/gtest.h>

#include "chat/tool_syntax.h"
#include "llm/call_language.h"

namespace ashlar::llm {
namespace {

using Kind = AnswerPart::Kind;

chat::ToolUse two_tools(chat::ToolChoice choice = {}) {
  chat::ToolUse use;
  use.tools = *chat::parse_tools(base::Json::parse(R"([
    {"name":"f","inputSchema":{"type":"object","properties":{"a":{"enum":["x","</tool_call>"]}},
                               "required":["a"],"additionalProperties":false}},
    {"name":"g"}])"));
  use.choice = std::move(choice);
  return use;
}

const chat::ToolSyntax& syntax(std::string_view name) {
  return **chat::tool_syntax_named(name, "");
}

std::unique_ptr<grammar::TriggeredLanguage> language(const chat::ToolUse& use,
                                                     std::string_view name = "hermes") {
  auto made = call_language(use, syntax(name), grammar::ByteSet().set());
  EXPECT_TRUE(made) << made.error().line();
  return std::move(*made);
}

bool admits(grammar::TriggeredLanguage& language, std::string_view text) {
  grammar::StateId state = language.start();
  for (const char byte : text) state = *language.next(state, static_cast<std::uint8_t>(byte));
  return state != grammar::kDead && language.accepts(state);
}

constexpr std::string_view kTwoCalls =
    "Well: <tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"</tool_call>\"}}\n</tool_call>\n"
    "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>";

TEST(CallStreams, TellTextAndCallsWhereverTheAnswerIsCut) {
  CallStreams streams(language(two_tools()), {"f", "g"});
  const AnswerMessage whole = streams.message_of(kTwoCalls);
  EXPECT_EQ(whole.text, "Well: ");
  ASSERT_EQ(whole.calls.size(), 2u);
  EXPECT_EQ(whole.calls[0].name, "f");
  EXPECT_EQ(whole.calls[0].arguments, R"({"a": "</tool_call>"})");
  EXPECT_EQ(whole.calls[1].name, "g");
  EXPECT_EQ(whole.calls[1].arguments, "{}");
  for (std::uint32_t cut = 0; cut <= kTwoCalls.size(); ++cut) {
    AnswerMessage message;
    for (const std::string_view piece : {kTwoCalls.substr(0, cut), kTwoCalls.substr(cut)})
      for (const AnswerPart& part : streams.read(cut, piece)) message.add(part);
    for (const AnswerPart& part : streams.finish(cut)) message.add(part);
    EXPECT_EQ(message.text, whole.text) << cut;
    ASSERT_EQ(message.calls.size(), 2u) << cut;
    EXPECT_EQ(message.calls[0].arguments, whole.calls[0].arguments) << cut;
  }
}

TEST(CallStreams, ACallBeginsAndEndsAndHasItsId) {
  CallStreams streams(language(two_tools()), {"f", "g"});
  std::vector<AnswerPart> parts = streams.read(0, kTwoCalls);
  std::vector<Kind> kinds;
  for (const AnswerPart& part : parts) kinds.push_back(part.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::text, Kind::begin, Kind::arguments, Kind::end,
                                      Kind::begin, Kind::arguments, Kind::end}));
  parts[1].id = "one";
  AnswerMessage message;
  for (const AnswerPart& part : parts) message.add(part);
  EXPECT_EQ(message.calls[0].id, "one");
  EXPECT_FALSE(message.calls[1].id);
}

TEST(CallStreams, ACharacterThatWasCutInTwoIsLeftOut) {
  CallStreams streams(language(two_tools()), {"f", "g"});
  const AnswerMessage message =
      streams.message_of("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"\xEF\xBF\xBD");
  ASSERT_EQ(message.calls.size(), 1u);
  EXPECT_EQ(message.calls[0].arguments, R"({"a": ")");
}

TEST(CallLanguage, DoesWhatTheChoiceSays) {
  using Choice = chat::ToolChoice;
  const std::string f = R"({"name": "f", "arguments": {"a":"x"}})";
  const std::string g = R"({"name": "g", "arguments": {}})";
  const auto call = [](const std::string& text) {
    return "<tool_call>\n" + text + "\n</tool_call>";
  };
  struct Case {
    Choice choice;
    bool prose, one, two, other;
  };
  const Case cases[] = {{{}, true, true, true, true},
                        {{.parallel = false}, true, true, false, true},
                        {{Choice::Kind::required}, false, true, true, true},
                        {{Choice::Kind::required, "f"}, false, true, false, false}};
  for (const Case& each : cases) {
    const auto made = language(two_tools(each.choice));
    EXPECT_EQ(admits(*made, "Hello."), each.prose);
    EXPECT_EQ(admits(*made, call(f)), each.one);
    EXPECT_EQ(admits(*made, call(f) + "\n" + call(f)), each.two);
    EXPECT_EQ(admits(*made, call(g)), each.other);
    EXPECT_FALSE(admits(*made, call(R"({"name": "f", "arguments": {"a":"y"}})")));
    EXPECT_FALSE(admits(*made, call(R"({"name": "h", "arguments": {}})")));
    EXPECT_FALSE(admits(*made, "<tool_call>\n" + f));
  }
}

TEST(CallLanguage, OfEverySyntaxHasWhatTheSyntaxWrites) {
  const std::vector<chat::ToolCall> calls = {{.name = "f", .arguments = R"({"a": "x"})"},
                                             {.name = "g", .arguments = "{}"}};
  for (const chat::ToolSyntax& each : chat::tool_syntaxes()) {
    CallStreams streams(language(two_tools(), each.name), {"f", "g"});
    const std::size_t several = each.may_be_several() ? 2 : 1;
    const std::string text = chat::calls_text(
        each, {calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(several)});
    EXPECT_TRUE(admits(*language(two_tools(), each.name), text)) << each.name << text;
    const AnswerMessage message = streams.message_of(text);
    ASSERT_EQ(message.calls.size(), several) << each.name;
    EXPECT_EQ(message.calls[0].arguments, calls[0].arguments) << each.name;
  }
}

TEST(CallLanguage, ErrorsPointIntoTheTool) {
  chat::ToolUse use;
  use.tools = *chat::parse_tools(base::Json::parse(
      R"([{"type":"function","function":{"name":"f","parameters":{"type":"object","allOf":{}}}}])"));
  const auto made = call_language(use, syntax("hermes"), grammar::ByteSet().set());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().where, "/tools/0/function/parameters/allOf");
}

}  // namespace
}  // namespace ashlar::llm
