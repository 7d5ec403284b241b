// What a program reads of an answer and a score; every value is told apart.
#include "llm/answer_json.h"

#include <gmock/gmock.h>

#include "tests/engine/tiny_tokenizer.h"

namespace ashlar::llm {
namespace {

using base::Json;

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
  answer.output.jumped_tokens = 3;
  answer.output.accepted_tokens = 5;
  answer.output.timings = {.prefill_ms = 52.25, .decode_ms = 40};
  answer.completion_tokens = 3;
  return answer;
}

TEST(AnswerJson, HasEverythingOfTheAnswer) {
  EXPECT_EQ(json_of(sample(), false, {"tiny", "ab12", 7.5}, *test::tiny_tokenizer()),
            Json::parse(R"({"text": "aé", "ids": [1, 28, 29], "logprobs": null,
      "finish_reason": "length",
      "usage": {"prompt_tokens": 12, "completion_tokens": 3, "cached_tokens": 4},
      "timings": {"load_ms": 7.5, "prefill_ms": 52.25, "decode_ms": 40.0},
      "speculation": {"guessed": 9, "accepted": 5, "jumped": 3},
      "seed": 18446744073709551615, "model": {"name": "tiny", "sha256": "ab12"}})"));
}

TEST(AnswerJson, OfSeveralChoicesListsThem) {
  Answer answer = sample();
  answer.others.emplace_back();
  answer.others[0].text = "b";
  answer.others[0].ids = {test::letter('b')};
  answer.others[0].timings.decode_ms = 50;
  answer.others[0].guessed_tokens = 1;
  answer.completion_tokens = 9;
  EXPECT_EQ(json_of(answer, false, {"tiny", "ab12", 7.5}, *test::tiny_tokenizer()),
            Json::parse(R"({"choices": [
        {"index": 0, "text": "aé", "ids": [1, 28, 29], "logprobs": null, "finish_reason": "length"},
        {"index": 1, "text": "b", "ids": [2], "logprobs": null, "finish_reason": "stop"}],
      "usage": {"prompt_tokens": 12, "completion_tokens": 9, "cached_tokens": 4},
      "timings": {"load_ms": 7.5, "prefill_ms": 52.25, "decode_ms": 50.0},
      "speculation": {"guessed": 10, "accepted": 5, "jumped": 3},
      "seed": 18446744073709551615, "model": {"name": "tiny", "sha256": "ab12"}})"));
}

// Half of é is no text: `token` shows a mark and `bytes` has the truth.
TEST(AnswerJson, LogprobsSpellTokensForPeopleAndForPrograms) {
  const Json logprobs = json_of(sample(), true, {}, *test::tiny_tokenizer())["logprobs"];
  EXPECT_EQ(logprobs, Json::parse(R"([
      {"id": 1, "token": "a", "bytes": [97], "logprob": -0.5, "top": [
        {"id": 1, "token": "a", "bytes": [97], "logprob": -0.5},
        {"id": 27, "token": " ", "bytes": [32], "logprob": -1.5}]},
      {"id": 28, "token": "\uFFFD", "bytes": [195], "logprob": -0.25, "top": []},
      {"id": 29, "token": "\uFFFD", "bytes": [169], "logprob": 0.0, "top": []}])"));
}

TEST(AnswerJson, OfAScore) {
  EXPECT_EQ(json_of(Score{-0.75, true, {{7, -0.5, {}}, {8, -0.25, {}}}}),
            Json::parse(R"({"logprob": -0.75, "greedy": true,
      "tokens": [{"id": 7, "logprob": -0.5}, {"id": 8, "logprob": -0.25}]})"));
}

}  // namespace
}  // namespace ashlar::llm
