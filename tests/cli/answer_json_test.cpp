// What people and programs read of an answer's speed and of a stored model.
#include <gmock/gmock.h>

#include <fstream>

#include "cli/answer_stream.h"
#include "cli/model_json.h"
#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::cli {
namespace {

using base::Json;
using llm::Answer;

Answer sample() {
  Answer answer{.output = {}, .seed = 18446744073709551615u};
  answer.output.text = "aé";
  answer.output.ids = {test::letter('a'), test::kTinyHalf1, test::kTinyHalf2};
  answer.output.logprobs = {
      {test::letter('a'), -0.5, {{test::letter('a'), -0.5}, {test::kTinySpace, -1.5}}},
      {test::kTinyHalf1, -0.25, {}},
      {test::kTinyHalf2, 0, {}}};
  answer.output.finish_reason = engine::FinishReason::length;
  answer.output.prompt_tokens = 12;
  answer.output.cached_tokens = 4;
  answer.output.guessed_tokens = 9;
  answer.output.accepted_tokens = 5;
  answer.output.timings = {.prefill_ms = 52.25, .decode_ms = 40};
  answer.completion_tokens = 3;
  return answer;
}

// The first of n tokens ends the prompt's time: n - 1 are decoded in decode_ms.
TEST(SpeedLine, SaysOnlyWhatWasMeasured) {
  engine::Output output = sample().output;
  output.guessed_tokens = 0;
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

TEST(ModelJson, ALocalFileHasItsOwnSizeAndNoPackage) {
  const std::string path = testing::TempDir() + "model_json.gguf";
  std::ofstream(path) << "12345";
  hub::StoredModel model{{}, path, true};
  model.entry.name = "mine";
  EXPECT_EQ(model_json(model), Json({{"name", "mine"},
                                     {"description", nullptr},
                                     {"licence", nullptr},
                                     {"present", true},
                                     {"path", path},
                                     {"bytes", 5},
                                     {"package", nullptr},
                                     {"member", nullptr},
                                     {"sha256", nullptr}}));
}

TEST(ModelJson, WhatIsNotFetchedHasTheCataloguesSize) {
  const hub::CatalogueEntry entry{"tiny", "small",  "tiny==1.0", "tiny/m.gguf",
                                  "ab12", 98362432, "",          "MIT"};
  const Json json = model_json({entry, "/no/such/m.gguf", false});
  EXPECT_EQ(json["bytes"], 98362432);
  EXPECT_EQ(json["present"], false);
  EXPECT_EQ(json["package"], "tiny==1.0");
  EXPECT_EQ(json["member"], "tiny/m.gguf");
  EXPECT_EQ(json["sha256"], "ab12");
  EXPECT_EQ(json["licence"], "MIT");
  EXPECT_EQ(megabytes(98362432), "98.4 MB");
  EXPECT_EQ(megabytes(0), "0.0 MB");
}

}  // namespace
}  // namespace ashlar::cli
