#include "server/openai_parts.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using base::Json;

llm::AnswerMessage read(std::initializer_list<const char*> choices) {
  OpenAiParts parts;
  llm::AnswerMessage message;
  for (const char* choice : choices)
    for (const llm::AnswerPart& part : parts.read(Json::parse(choice))) message.add(part);
  for (const llm::AnswerPart& part : parts.finish()) message.add(part);
  return message;
}

TEST(OpenAiParts, AWholeMessage) {
  const auto message = read({R"({"message":{"content":"a","tool_calls":[
    {"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},
    {"id":"2","type":"function","function":{"name":"g","arguments":"{\"a\":1}"}}]}})"});
  EXPECT_EQ(message.text, "a");
  ASSERT_EQ(message.calls.size(), 2u);
  EXPECT_EQ(message.calls[1].id, "2");
  EXPECT_EQ(message.calls[1].name, "g");
  EXPECT_EQ(message.calls[1].arguments, R"({"a":1})");
}

TEST(OpenAiParts, PiecesOfAStream) {
  const auto message = read(
      {R"({"delta":{"role":"assistant","content":null}})",
       R"({"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":""}}]}})",
       R"({"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}})",
       R"({"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}},
                                  {"index":1,"id":"2","function":{"name":"g","arguments":"[]"}}]}})",
       R"({"delta":{},"finish_reason":"tool_calls"})"});
  ASSERT_EQ(message.calls.size(), 2u);
  EXPECT_EQ(message.calls[0].arguments, "{}");
  EXPECT_EQ(message.calls[1].id, "2");
}

TEST(OpenAiParts, EveryCallThatBeginsEnds) {
  OpenAiParts parts;
  int open = 0;
  const auto follow = [&](const std::vector<llm::AnswerPart>& all) {
    for (const llm::AnswerPart& part : all) {
      open += part.kind == llm::AnswerPart::Kind::begin;
      open -= part.kind == llm::AnswerPart::Kind::end;
      EXPECT_GE(open, 0);
      EXPECT_LE(open, 1);
    }
  };
  follow(parts.read(Json::parse(R"({"delta":{"tool_calls":[
    {"index":0,"function":{"name":"f"}},{"index":1,"function":{"name":"g"}}]}})")));
  follow(parts.finish());
  follow(parts.finish());
  EXPECT_EQ(open, 0);
}

TEST(OpenAiParts, WhatIsMalformedIsPassedOver) {
  for (const char* choice : {"null", "1", R"({"delta":1})", R"({"delta":{"tool_calls":1}})",
                             R"({"delta":{"tool_calls":[null,{"function":1},{"index":-1}]}})",
                             R"({"message":{"content":[]},"text":{}})"})
    EXPECT_TRUE(read({choice}).calls.empty()) << choice;
}

}  // namespace
}  // namespace ashlar::server
