#include "chat/tool_calls.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

using base::Json;

TEST(ToolCalls, AreReadAsOpenAiHasThem) {
  const auto calls = parse_tool_calls(
      Json::parse(R"([{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}},
                      {"function":{"name":"g","arguments":{"b":[2]}}},
                      {"function":{"name":"h","arguments":""}}])"),
      "/c");
  ASSERT_TRUE(calls) << calls.error().line();
  EXPECT_EQ((*calls)[0].id, "1");
  EXPECT_EQ((*calls)[0].name, "f");
  EXPECT_EQ((*calls)[0].arguments, R"({"a": 1})") << "as it was written";
  EXPECT_EQ((*calls)[1].id, std::nullopt);
  EXPECT_EQ((*calls)[1].arguments, R"({"b":[2]})");
  EXPECT_EQ((*calls)[2].arguments, "{}");
  EXPECT_EQ(tool_calls_json(*calls)[0].dump(),
            R"({"id":"1","type":"function","function":{"name":"f","arguments":{"a":1}}})");
  EXPECT_FALSE(tool_calls_json(*calls)[1].contains("id"));
}

TEST(ToolCalls, PointAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/c"},
      {R"([1])", "/c/0"},
      {R"([{}])", "/c/0/function"},
      {R"([{"type":"custom"}])", "/c/0/type"},
      {R"([{"function":{"arguments":"{}"}}])", "/c/0/function/name"},
      {R"([{"function":{"name":"","arguments":"{}"}}])", "/c/0/function/name"},
      {R"([{"function":{"name":"f"}}])", "/c/0/function/arguments"},
      {R"([{"function":{"name":"f","arguments":1}}])", "/c/0/function/arguments"},
      {R"([{"function":{"name":"f","arguments":"[]"}}])", "/c/0/function/arguments"},
      {R"([{"id":1,"function":{"name":"f","arguments":"{}"}}])", "/c/0/id"},
      {R"([{"x":1,"function":{"name":"f","arguments":"{}"}}])", "/c/0/x"},
      {R"([{"function":{"name":"f","arguments":"{}","x":1}}])", "/c/0/function/x"},
  };
  for (const auto& [json, where] : cases) {
    const auto calls = parse_tool_calls(Json::parse(json), "/c");
    ASSERT_FALSE(calls) << json;
    EXPECT_EQ(calls.error().where, where) << json;
  }
  EXPECT_FALSE(
      parse_tool_calls(Json::parse(R"([{"function":{"name":"f","arguments":"{"}}])"), "/c"));
}

}  // namespace
}  // namespace ashlar::chat
