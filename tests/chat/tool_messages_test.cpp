#include "chat/tool_messages.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

using base::Json;

const ToolSyntax& hermes() {
  return **tool_syntax_named("hermes", "test");
}
Json as_text(const char* messages, const std::vector<Tool>& tools = {}) {
  const auto texts = messages_as_text(Json::parse(messages), hermes(), tools);
  EXPECT_TRUE(texts) << messages;
  return texts ? *texts : Json();
}

TEST(MessagesAsText, HaveCallsAndResultsInside) {
  const Json texts = as_text(R"([
    {"role":"user","content":"Weather?"},
    {"role":"assistant","content":"Let me see.","tool_calls":[
      {"id":"1","type":"function","function":{"name":"f","arguments":{"a":1}}}]},
    {"role":"tool","content":"4","tool_call_id":"1"},
    {"role":"tool","content":"5"},
    {"role":"assistant","content":"","tool_calls":[{"function":{"name":"g","arguments":{}}}]},
    {"role":"tool","content":"6"}])");
  ASSERT_EQ(texts.size(), 5u);
  EXPECT_EQ(texts[1]["content"],
            "Let me see.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\":1}}\n</tool_call>");
  EXPECT_FALSE(texts[1].contains("tool_calls"));
  EXPECT_EQ(texts[2], (Json{{"role", "user"},
                            {"content",
                             "<tool_response>\n4\n</tool_response>\n"
                             "<tool_response>\n5\n</tool_response>"}}));
  EXPECT_EQ(texts[3]["content"], "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>");
  EXPECT_EQ(texts[4]["role"], "user");
}

TEST(MessagesAsText, TellOfToolsInTheSystemMessage) {
  const std::vector<Tool> tools{{.name = "f", .parameters = "{}"}};
  const std::string signatures = tools_text(hermes(), tools);
  const Json added = as_text(R"([{"role":"user","content":"Hi"}])", tools);
  ASSERT_EQ(added.size(), 2u);
  EXPECT_EQ(added[0], (Json{{"role", "system"}, {"content", signatures}}));
  const Json joined =
      as_text(R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}])", tools);
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_EQ(joined[0]["content"], "Be brief.\n\n" + signatures);
  EXPECT_EQ(as_text(R"([{"role":"user","content":"Hi"}])").size(), 1u);
}

TEST(MessagesAsText, PointAtCallsThatAreNone) {
  const auto texts = messages_as_text(
      Json::parse(R"([{"role":"user","content":""},{"role":"assistant","tool_calls":[1]}])"),
      hermes(), {}, "/m");
  ASSERT_FALSE(texts);
  EXPECT_EQ(texts.error().where, "/m/1/tool_calls/0");
}

}  // namespace
}  // namespace ashlar::chat
