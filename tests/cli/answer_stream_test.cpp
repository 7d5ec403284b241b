// What people read of an answer's speed.
#include "cli/answer_stream.h"

#include <gtest/gtest.h>

namespace ashlar::cli {
namespace {

// The first of n tokens ends the prompt's time: n - 1 are decoded in decode_ms.
TEST(SpeedLine, SaysOnlyWhatWasMeasured) {
  engine::Output output;
  output.ids = {1, 2, 3};
  output.prompt_tokens = 12;
  output.timings = {.prefill_ms = 52.25, .decode_ms = 40};
  EXPECT_EQ(speed_line(output), "12 tokens in, 3 out · first token 52 ms · 50.0 tokens/s");
  output.guessed_tokens = 4;
  output.accepted_tokens = 1;
  EXPECT_EQ(speed_line(output),
            "12 tokens in, 3 out · first token 52 ms · 50.0 tokens/s · 1 of 4 guesses right");
  output.guessed_tokens = 0;
  output.timings.decode_ms = 0;
  EXPECT_EQ(speed_line(output), "12 tokens in, 3 out · first token 52 ms");
  output.ids = {1};
  EXPECT_EQ(speed_line(output), "12 tokens in, 1 out · first token 52 ms");
  output.ids = {};
  EXPECT_EQ(speed_line(output), "12 tokens in, 0 out");
}

}  // namespace
}  // namespace ashlar::cli
