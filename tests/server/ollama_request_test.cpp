#include "server/ollama_request.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using base::Json;

Json with(const char* more) {
  Json body = {{"model", "m"}};
  body.update(Json::parse(more));
  return body;
}

OllamaRequest generate(const char* more) {
  auto request = parse_ollama_generate(with(more));
  EXPECT_TRUE(request) << request.error().line();
  return request ? std::move(*request) : OllamaRequest{};
}

OllamaRequest chat(const char* more) {
  auto request = parse_ollama_chat(with(more));
  EXPECT_TRUE(request) << request.error().line();
  return request ? std::move(*request) : OllamaRequest{};
}

TEST(OllamaRequestTest, APromptIsAConversation) {
  const auto request = generate(R"({"prompt":"a","system":"b","options":{"seed":1}})");
  EXPECT_EQ(request.messages.dump(),
            R"([{"role":"system","content":"b"},{"role":"user","content":"a"}])");
  EXPECT_EQ(request.options.dump(), R"({"seed":1})");
  EXPECT_FALSE(request.only_loads());
  EXPECT_TRUE(request.asked.stream) << "unless it says otherwise";
  EXPECT_FALSE(generate(R"({"prompt":"a","stream":false})").asked.stream);
}

TEST(OllamaRequestTest, ARawPromptIsTakenAsItIs) {
  const auto request = generate(R"({"prompt":"a","raw":true})");
  EXPECT_EQ(request.prompt, "a");
  EXPECT_TRUE(request.messages.empty());
  EXPECT_FALSE(request.only_loads());
}

TEST(OllamaRequestTest, NothingToSayOpensTheModel) {
  for (const char* more : {"{}", R"({"prompt":""})", R"({"raw":true})", R"({"prompt":null})"})
    EXPECT_TRUE(generate(more).only_loads());
  EXPECT_TRUE(chat("{}").only_loads());
  EXPECT_TRUE(chat(R"({"messages":[]})").only_loads());
}

TEST(OllamaRequestTest, MessagesMayLackContent) {
  const auto request = chat(R"({"messages":[{"role":"assistant","tool_calls":[],"images":null},
                                            {"role":"user","content":"a","thinking":"b","x":1}]})");
  EXPECT_EQ(request.messages.dump(),
            R"([{"role":"assistant","content":""},{"role":"user","content":"a"}])");
  EXPECT_EQ(request.asked.ignored, std::vector<std::string>{"messages[1].thinking"});
  EXPECT_EQ(request.asked.unknown, std::vector<std::string>{"messages[1].x"});
}

TEST(OllamaRequestTest, WhatIsRefusedIsNamed) {
  const auto at = [](const auto& parse, const char* more) {
    const auto request = parse(with(more));
    return request ? std::string("taken") : request.error().where;
  };
  const auto chat_at = [&](const char* more) { return at(parse_ollama_chat, more); };
  const auto generate_at = [&](const char* more) { return at(parse_ollama_generate, more); };
  EXPECT_EQ(chat_at(R"({"messages":[{"role":"user","images":["x"]}]})"), "/messages/0/images");
  EXPECT_EQ(chat_at(R"({"messages":[{"role":"assistant","tool_calls":[{}]}]})"),
            "/messages/0/tool_calls/0/function");
  EXPECT_EQ(chat_at(R"({"messages":[{"role":"cat"}]})"), "/messages/0/role");
  EXPECT_EQ(chat_at(R"({"messages":[{"role":"user","content":[]}]})"), "/messages/0/content");
  EXPECT_EQ(chat_at(R"({"messages":[1]})"), "/messages/0");
  EXPECT_EQ(chat_at(R"({"messages":1})"), "/messages");
  EXPECT_EQ(chat_at(R"({"tools":[{}]})"), "/tools/0/name");
  EXPECT_EQ(chat_at(R"({"think":true})"), "/think");
  EXPECT_EQ(chat_at(R"({"format":"xml"})"), "/format");
  EXPECT_EQ(chat_at(R"({"keep_alive":"x"})"), "/keep_alive");
  EXPECT_EQ(chat_at(R"({"options":{"top_p":2}})"), "/options/top_p");
  EXPECT_EQ(chat_at(R"({"model":""})"), "/model");
  EXPECT_EQ(chat_at(R"({"top_logprobs":3})"), "/top_logprobs");
  EXPECT_EQ(chat_at(R"({"logprobs":true,"top_logprobs":21})"), "/top_logprobs");
  EXPECT_EQ(generate_at(R"({"suffix":"x"})"), "/suffix");
  EXPECT_EQ(generate_at(R"({"template":"x"})"), "/template");
  EXPECT_EQ(generate_at(R"({"context":[1]})"), "/context");
  EXPECT_EQ(generate_at(R"({"images":["x"]})"), "/images");
  EXPECT_EQ(generate_at(R"({"raw":true,"prompt":"x","system":"y"})"), "/system");
  EXPECT_EQ(generate_at(R"({"think":false,"format":"","suffix":"","images":[]})"), "taken");
}

TEST(OllamaRequestTest, ModelsHaveTwoFields) {
  EXPECT_EQ(ollama_model_name({{"name", "a"}}).value_or(""), "a");
  EXPECT_EQ(ollama_model_name({{"model", "b"}, {"name", "a"}}).value_or(""), "b");
  EXPECT_FALSE(ollama_model_name({{"model", nullptr}}));
  EXPECT_FALSE(ollama_model_name({{"name", 1}}));
}

TEST(OllamaRequestTest, LogprobsAreWantedOrNot) {
  EXPECT_EQ(chat(R"({"logprobs":true})").asked.draft.sampling.logprobs, 0u);
  EXPECT_EQ(chat(R"({"logprobs":true,"top_logprobs":2})").asked.draft.sampling.logprobs, 2u);
  EXPECT_EQ(chat(R"({"logprobs":false})").asked.draft.sampling.logprobs, std::nullopt);
}

}  // namespace
}  // namespace ashlar::server
