#include "chat/messages.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

Error error_of(const char* json) {
  const auto parsed = parse_messages(base::Json::parse(json));
  EXPECT_FALSE(parsed) << json;
  return parsed ? Error{} : parsed.error();
}

TEST(Messages, TakesRolesAndContents) {
  const auto parsed = parse_messages(base::Json::parse(
      R"([{"role":"system","content":"Be brief."},{"content":"Hi","role":"user","name":"Ann"}])"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->messages[0]["content"], "Be brief.");
  EXPECT_EQ(parsed->messages[1]["name"], "Ann");
}

TEST(Messages, PutsTextPartsTogether) {
  const auto parsed = parse_messages(base::Json::parse(
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->messages[0]["content"], "ab");
}

TEST(Messages, PointsAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/messages"},
      {R"([])", "/messages"},
      {R"([1])", "/messages/0"},
      {R"([{"content":"x"}])", "/messages/0/role"},
      {R"([{"role":"pirate","content":"x"}])", "/messages/0/role"},
      {R"([{"role":1,"content":"x"}])", "/messages/0/role"},
      {R"([{"role":"user"}])", "/messages/0/content"},
      {R"([{"role":"user","content":null}])", "/messages/0/content"},
      {R"([{"role":"user","content":"a"},{"role":"user","content":["x"]}])",
       "/messages/1/content/0"},
      {R"([{"role":"user","content":[{"type":"text"}]}])", "/messages/0/content/0/text"},
      {R"([{"role":"user","content":[{"text":"x"}]}])", "/messages/0/content/0/type"},
      {R"([{"role":"user","content":"x","name":1}])", "/messages/0/name"},
  };
  for (const auto& [json, where] : cases) {
    EXPECT_EQ(error_of(json).where, where) << json;
    EXPECT_EQ(error_of(json).kind, ErrorKind::bad_input) << json;
    EXPECT_FALSE(error_of(json).mend.empty()) << json;
  }
}

TEST(Messages, CallsAndTheirResults) {
  const auto parsed = parse_messages(base::Json::parse(R"([
    {"role":"assistant","content":null,"refusal":null,"tool_calls":[
      {"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":[1]}"}}]},
    {"role":"tool","tool_call_id":"1","content":"x"},
    {"role":"assistant","content":"y","tool_calls":[]}])"));
  ASSERT_TRUE(parsed) << parsed.error().line();
  EXPECT_EQ(parsed->messages, base::Json::parse(R"([
    {"role":"assistant","content":"","tool_calls":[
      {"id":"1","type":"function","function":{"name":"f","arguments":{"a":[1]}}}]},
    {"role":"tool","content":"x","tool_call_id":"1"},
    {"role":"assistant","content":"y"}])"));
}

TEST(Messages, TemplatesSeeTheTools) {
  Conversation conversation{base::Json::array()};
  conversation.tools = *parse_tools(base::Json::parse(R"([{"name":"f"}])"));
  EXPECT_EQ(template_variables(conversation, true)["tools"][0]["function"]["name"], "f");
}

TEST(Messages, RefusesWhatItWouldHaveToDrop) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([{"role":"user","content":[{"type":"image_url"}]}])", "/messages/0/content/0/type"},
      {R"([{"role":"user","content":"","tool_calls":[]}])", "/messages/0/tool_calls"},
      {R"([{"role":"user","content":"","tool_call_id":"a"}])", "/messages/0/tool_call_id"},
      {R"([{"role":"user","content":[{"type":"text","text":"x","cache":1}]}])",
       "/messages/0/content/0/cache"},
  };
  for (const auto& [json, where] : cases) {
    EXPECT_EQ(error_of(json).where, where);
    EXPECT_EQ(error_of(json).kind, ErrorKind::unsupported);
  }
}

TEST(Messages, ErrorsStartAtTheGivenPointer) {
  const auto parsed = parse_messages(base::Json::parse("[1]"), "/body/input");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().where, "/body/input/0");
}

TEST(Messages, TemplatesGetWhatTransformersPasses) {
  const auto parsed = parse_messages(base::Json::parse(R"([{"role":"user","content":"Hi"}])"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(template_variables(*parsed, true).dump(),
            R"({"messages":[{"role":"user","content":"Hi"}],"tools":null,"documents":null,)"
            R"("add_generation_prompt":true})");
  EXPECT_EQ(special_token_variables({{"bos_token", "<s>"}}).dump(), R"({"bos_token":"<s>"})");
}

}  // namespace
}  // namespace ashlar::chat
