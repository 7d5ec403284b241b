#include "server/anthropic_request.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using base::Json;

Json body(const char* messages, const char* more = "{}") {
  Json body = {{"model", "m"}, {"max_tokens", 5}, {"messages", Json::parse(messages)}};
  body.update(Json::parse(more));
  return body;
}

AnthropicRequest parsed(const Json& body, bool counting = false) {
  auto request = parse_anthropic(body, counting);
  EXPECT_TRUE(request) << request.error().line();
  return request ? std::move(*request) : AnthropicRequest{};
}

std::string refused_at(const Json& body) {
  const auto request = parse_anthropic(body, false);
  return request ? "taken" : request.error().where;
}

constexpr const char* kHello = R"([{"role":"user","content":"Hello"}])";

TEST(AnthropicRequest, IsAConversationForTheTemplate) {
  const auto request = parsed(body(
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
          {"role":"assistant","content":"c"},{"role":"user","content":"d"}])",
      R"({"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
          "stop_sequences":["x"],"temperature":0.5,"top_k":3,"stream":true})"));
  EXPECT_EQ(request.messages.dump(),
            R"([{"role":"system","content":"s"},{"role":"user","content":"ab"},)"
            R"({"role":"assistant","content":"c"},{"role":"user","content":"d"}])");
  EXPECT_EQ(request.prefill, "");
  EXPECT_EQ(request.asked.model, "m");
  EXPECT_TRUE(request.asked.stream);
  const auto& sampling = request.asked.draft.sampling;
  EXPECT_EQ(sampling.max_tokens, 5u);
  EXPECT_EQ(sampling.stop, std::vector<std::string>{"x"});
  EXPECT_EQ(sampling.top_k, 3u);
}

TEST(AnthropicRequest, TurnsOfOneRoleAreOne) {
  const auto request = parsed(body(
      R"([{"role":"user","content":"a"},{"role":"user","content":"b"},
          {"role":"assistant","content":"c"},{"role":"assistant","content":"d"}])"));
  EXPECT_EQ(request.messages.dump(), R"([{"role":"user","content":"a\n\nb"}])");
  EXPECT_EQ(request.prefill, "c\n\nd");
}

TEST(AnthropicRequest, APrefillEndsInAWord) {
  EXPECT_EQ(
      refused_at(body(R"([{"role":"user","content":"a"},{"role":"assistant","content":"b "}])")),
      "/messages");
  EXPECT_EQ(
      refused_at(body(R"([{"role":"user","content":"a"},{"role":"assistant","content":"\n"}])")),
      "/messages");
  EXPECT_EQ(
      parsed(body(R"([{"role":"user","content":"a"},{"role":"assistant","content":""}])")).prefill,
      "");
  EXPECT_EQ(refused_at(body(R"([{"role":"assistant","content":"b"}])")), "/messages");
}

TEST(AnthropicRequest, NeedsModelMessagesAndALength) {
  for (const char* name : {"model", "messages", "max_tokens"}) {
    Json left_out = body(kHello), null = body(kHello);
    left_out.erase(name);
    null[name] = nullptr;
    EXPECT_EQ(refused_at(left_out), std::string("/") + name);
    EXPECT_EQ(refused_at(null), std::string("/") + name);
  }
  Json counted = body(kHello);
  counted.erase("max_tokens");
  EXPECT_EQ(parsed(counted, true).messages.size(), 1u);
}

TEST(AnthropicRequest, WhatIsRefusedIsNamed) {
  const auto at = [](const char* messages, const char* more = "{}") {
    return refused_at(body(messages, more));
  };
  EXPECT_EQ(at(R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"image"}]}])"),
            "/messages/0/content/1");
  EXPECT_EQ(at(R"([{"role":"user","content":[{"type":"cat"}]}])"), "/messages/0/content/0");
  EXPECT_EQ(at(R"([{"role":"user","content":[{"type":"text"}]}])"), "/messages/0/content/0/text");
  EXPECT_EQ(at(R"([{"role":"user","content":[{"type":"text","text":"a","x":1}]}])"),
            "/messages/0/content/0/x");
  EXPECT_EQ(at(R"([{"role":"user","content":1}])"), "/messages/0/content");
  EXPECT_EQ(at(R"([{"role":"user"}])"), "/messages/0/content");
  EXPECT_EQ(at(R"([{"role":"tool","content":"a"}])"), "/messages/0/role");
  EXPECT_EQ(at(R"([{"role":"user","content":"a","x":1}])"), "/messages/0/x");
  EXPECT_EQ(at(kHello, R"({"tools":[{}]})"), "/tools/0/name");
  EXPECT_EQ(at(kHello, R"({"tool_choice":{"type":"any"}})"), "/tool_choice");
  EXPECT_EQ(at(kHello, R"({"thinking":{"type":"enabled"}})"), "/thinking");
  EXPECT_EQ(at(kHello, R"({"temperature":1.5})"), "/temperature");
  EXPECT_EQ(at(kHello, R"({"stop_sequences":["a",""]})"), "/stop_sequences/1");
  EXPECT_EQ(at(kHello, R"({"system":1})"), "/system");
  EXPECT_EQ(at(kHello, R"({"cache_control":{"type":"x"}})"), "/cache_control");
  EXPECT_EQ(at(kHello, R"({"tools":[],"thinking":{"type":"disabled"}})"), "taken");
}

TEST(AnthropicRequest, CallsAndResultsAreMessages) {
  const auto request = parsed(body(
      R"([{"role":"user","content":"a"},
          {"role":"assistant","content":[{"type":"text","text":"b"},
            {"type":"tool_use","id":"t","name":"f","input":{"x":1}}]},
          {"role":"user","content":[
            {"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"c"}]},
            {"type":"tool_result","tool_use_id":"u","is_error":true,"content":"d"},
            {"type":"text","text":"e"}]}])",
      R"({"tools":[{"name":"f","input_schema":{"type":"object"}}],
          "tool_choice":{"type":"auto","disable_parallel_tool_use":true}})"));
  EXPECT_EQ(request.messages, Json::parse(R"([
    {"role":"user","content":"a"},
    {"role":"assistant","content":"b","tool_calls":[
      {"id":"t","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
    {"role":"tool","tool_call_id":"t","content":"c"},
    {"role":"tool","tool_call_id":"u","content":"Error: d"},
    {"role":"user","content":"e"}])"));
  EXPECT_TRUE(request.asked.tools.offers());
  EXPECT_FALSE(request.asked.tools.choice.parallel);
}

TEST(AnthropicRequest, ACallWantsItsResult) {
  EXPECT_EQ(refused_at(body(R"([{"role":"user","content":"a"},{"role":"assistant","content":[
                               {"type":"tool_use","id":"t","name":"f","input":{}}]}])")),
            "/messages");
}

TEST(AnthropicRequest, NothingIsSilent) {
  const auto request = parsed(body(kHello, R"({"metadata":{"user_id":"u"},"strange":1,
                  "cache_control":{"type":"ephemeral","ttl":"1h"}})"));
  EXPECT_EQ(request.asked.ignored, (std::vector<std::string>{"metadata", "cache_control.ttl"}));
  EXPECT_EQ(request.asked.unknown, std::vector<std::string>{"strange"});
}

}  // namespace
}  // namespace ashlar::server
