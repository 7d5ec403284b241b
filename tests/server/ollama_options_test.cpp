#include "server/ollama_options.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using base::Json;

constexpr std::uint32_t kContext = 2048;

Asked read(const char* options) {
  Asked asked;
  const auto status = read_options(Json::parse(options), "/options", kContext, asked);
  EXPECT_TRUE(status) << status.error().line();
  return asked;
}

Error error_of(const char* options) {
  Asked asked;
  const auto status = read_options(Json::parse(options), "/options", kContext, asked);
  EXPECT_FALSE(status) << options;
  return status ? Error{} : status.error();
}

TEST(OllamaOptions, WithoutAnyItIsAsOllamaHasIt) {
  const auto sampling = read("{}").draft.sampling;
  EXPECT_EQ(sampling.temperature, 0.8);
  EXPECT_EQ(sampling.top_k, 40u);
  EXPECT_EQ(sampling.top_p, 0.9);
  EXPECT_EQ(sampling.repetition_penalty, 1);
  EXPECT_EQ(sampling.max_tokens, kContext);
}

TEST(OllamaOptions, LengthsBelowZeroFillTheContext) {
  EXPECT_EQ(read(R"({"num_predict": 7})").draft.sampling.max_tokens, 7u);
  EXPECT_EQ(read(R"({"num_predict": 0})").draft.sampling.max_tokens, 0u);
  EXPECT_EQ(read(R"({"num_predict": -1})").draft.sampling.max_tokens, kContext);
  EXPECT_EQ(read(R"({"num_predict": -2})").draft.sampling.max_tokens, kContext);
  EXPECT_EQ(error_of(R"({"num_predict": -3})").where, "/options/num_predict");
}

TEST(OllamaOptions, TheContextIsNoLargerThanThatOfTheServer) {
  EXPECT_EQ(read(R"({"num_ctx": 2048})").ignored, std::vector<std::string>{});
  const Error error = error_of(R"({"num_ctx": 4096})");
  EXPECT_EQ(error.where, "/options/num_ctx");
  EXPECT_NE(error.message.find("4096"), std::string::npos);
  EXPECT_NE(error.message.find("2048"), std::string::npos);
}

TEST(OllamaOptions, SeedsBelowZeroAreNone) {
  EXPECT_FALSE(read(R"({"seed": -1})").draft.seeded);
  const auto large = read(R"({"seed": 18446744073709551615})").draft;
  EXPECT_TRUE(large.seeded);
  EXPECT_EQ(large.sampling.seed, 18446744073709551615u);
  EXPECT_EQ(error_of(R"({"seed": 1.5})").where, "/options/seed");
}

TEST(OllamaOptions, APenaltySeesAllOrNothing) {
  EXPECT_EQ(read(R"({"repeat_penalty": 1.2})").draft.sampling.repetition_penalty, 1.2);
  EXPECT_EQ(
      read(R"({"repeat_penalty": 1.2, "repeat_last_n": -1})").draft.sampling.repetition_penalty,
      1.2);
  EXPECT_EQ(
      read(R"({"repeat_penalty": 1.2, "repeat_last_n": 0})").draft.sampling.repetition_penalty, 1);
  EXPECT_EQ(error_of(R"({"repeat_penalty": 1.2, "repeat_last_n": 64})").where,
            "/options/repeat_last_n");
  EXPECT_EQ(read(R"({"repeat_last_n": 64})").ignored,
            std::vector<std::string>{"options.repeat_last_n"});
}

TEST(OllamaOptions, NothingIsSilent) {
  const auto asked =
      read(R"({"num_gpu": 1, "mirostat": 0, "tfs_z": 1, "strange": 2, "top_p": null})");
  EXPECT_EQ(asked.ignored, std::vector<std::string>{"options.num_gpu"});
  EXPECT_EQ(asked.unknown, std::vector<std::string>{"options.strange"});
  EXPECT_EQ(error_of(R"({"mirostat": 1})").where, "/options/mirostat");
  EXPECT_EQ(error_of(R"({"tfs_z": 0.9})").where, "/options/tfs_z");
  EXPECT_EQ(error_of(R"({"temperature": -1})").where, "/options/temperature");
  EXPECT_EQ(error_of(R"({"temperature": "x"})").where, "/options/temperature");
  EXPECT_EQ(error_of(R"({"repeat_penalty": 0})").where, "/options/repeat_penalty");
  EXPECT_EQ(error_of(R"({"stop": ["a", ""]})").where, "/options/stop/1");
}

TEST(OllamaOptions, WhatTheRequestAsksForItselfStays) {
  Asked asked;
  asked.draft.sampling.logprobs = 3;
  ASSERT_TRUE(read_options(Json::object(), "/options", kContext, asked));
  EXPECT_EQ(asked.draft.sampling.logprobs, 3u);
}

TEST(OllamaOptions, LieOverThoseOfTheModel) {
  const Json merged =
      merged_options({{"top_k", 1}, {"seed", 2}}, {{"seed", 3}, {"top_k", nullptr}});
  EXPECT_EQ(merged.dump(), R"({"top_k":1,"seed":3})");
  EXPECT_EQ(merged_options(nullptr, nullptr).dump(), "{}");
}

}  // namespace
}  // namespace ashlar::server
