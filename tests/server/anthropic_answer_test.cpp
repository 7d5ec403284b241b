#include "server/anthropic_answer.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

engine::Output output(engine::FinishReason reason, std::size_t tokens) {
  engine::Output output;
  output.finish_reason = reason;
  output.ids.resize(tokens);
  return output;
}

TEST(AnthropicAnswer, SaysWhyItStopped) {
  using engine::FinishReason;
  EXPECT_EQ(anthropic_stop_reason(output(FinishReason::stop, 3), 9), "end_turn");
  EXPECT_EQ(anthropic_stop_reason(output(FinishReason::length, 9), 9), "max_tokens");
  EXPECT_EQ(anthropic_stop_reason(output(FinishReason::length, 8), 9),
            "model_context_window_exceeded");
  EXPECT_TRUE(anthropic_stop_reason(output(FinishReason::cancelled, 1), 9).is_null());
  engine::Output stopped = output(FinishReason::stop, 3);
  stopped.stop_string = "x";
  EXPECT_EQ(anthropic_stop_reason(stopped, 9), "stop_sequence");
}

TEST(AnthropicAnswer, ATokenOfThePromptIsCountedOnce) {
  EXPECT_EQ(anthropic_usage(100, 64, 0, 7).dump(),
            R"({"input_tokens":36,"cache_creation_input_tokens":0,"cache_read_input_tokens":64,)"
            R"("output_tokens":7})");
  EXPECT_EQ(anthropic_usage(100, 64, 90, 7).dump(),
            R"({"input_tokens":10,"cache_creation_input_tokens":26,"cache_read_input_tokens":64,)"
            R"("output_tokens":7})");
  EXPECT_EQ(anthropic_usage(100, 64, 50, 7)["input_tokens"], 36) << "all that was marked is there";
}

}  // namespace
}  // namespace ashlar::server
