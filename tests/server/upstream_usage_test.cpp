// Tokens that another server drew count for the key that asked.
#include "server/upstream_usage.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

constexpr std::string_view kChunk = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";

TEST(UpstreamUsage, IsReadFromAWholeAnswer) {
  UpstreamUsage usage;
  usage.read_whole(R"({"choices":[{}],"usage":{"prompt_tokens":7,"completion_tokens":3}})");
  EXPECT_EQ(usage.prompt_tokens(), 7u);
  EXPECT_EQ(usage.completion_tokens(), 3u);
}

TEST(UpstreamUsage, IsReadFromAStreamWhereverItIsCut) {
  const std::string stream = std::string(kChunk) +
                             "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,"
                             "\"completion_tokens\":3}}\r\n\r\ndata: [DONE]\n\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    UpstreamUsage usage;
    usage.read_stream(std::string_view(stream).substr(0, cut));
    usage.read_stream(std::string_view(stream).substr(cut));
    EXPECT_EQ(usage.prompt_tokens(), 7u) << cut;
    EXPECT_EQ(usage.completion_tokens(), 3u) << cut;
  }
}

TEST(UpstreamUsage, OfAStreamThatTellsNoneIsItsEvents) {
  UpstreamUsage usage;
  usage.read_stream(": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");
  for (int i = 0; i < 4; ++i) usage.read_stream(kChunk);
  usage.read_stream("data: [DONE]\n\n");
  EXPECT_EQ(usage.prompt_tokens(), 0u);
  EXPECT_EQ(usage.completion_tokens(), 4u);
}

TEST(UpstreamUsage, WhatIsNoAnswerCostsNothing) {
  UpstreamUsage usage;
  for (const char* text : {"", "{", "[]", "null", R"({"usage":7})", R"({"error":{}})",
                           R"({"usage":{"completion_tokens":-1}})", R"({"choices":7})",
                           R"({"choices":[7]})", R"({"choices":[{"delta":[]}]})"})
    usage.read_whole(text);
  EXPECT_EQ(usage.completion_tokens(), 0u);
}

}  // namespace
}  // namespace ashlar::server
