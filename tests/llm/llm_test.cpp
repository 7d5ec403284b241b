// The façade over the real SmolLM2-135M-Instruct. Answers of a few tokens: what the model says is
// the business of tests/model and tests/determinism.
#include "llm/llm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "tests/support/fixtures.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/temp_folder.h"

namespace ashlar::llm {
namespace {

using engine::FinishReason;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kFrance = "The capital of France is";

GenerateRequest greedy(std::string text, std::uint32_t max_tokens = 8) {
  GenerateRequest request{.prompt = {.text = std::move(text)}};
  request.sampling.temperature = 0;
  request.sampling.max_tokens = max_tokens;
  request.sampling.logprobs = 2;
  return request;
}

GenerateRequest sampled(std::string text, std::uint64_t seed) {
  GenerateRequest request = greedy(std::move(text));
  request.sampling.temperature = 0.8;
  request.sampling.top_p = 0.95;
  request.sampling.seed = seed;
  return request;
}

std::unique_ptr<Llm> open_smollm2(OpenOptions options = {}) {
  options.path = test::smollm2();
  auto llm = Llm::open(std::move(options));
  if (!llm) throw std::runtime_error(llm.error().line());
  return std::move(*llm);
}

class SmolLm2 : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::filesystem::exists(test::smollm2())) llm_ = open_smollm2();
  }
  static void TearDownTestSuite() { llm_.reset(); }
  void SetUp() override { ASHLAR_NEEDS_SMOLLM2(); }

  static inline std::unique_ptr<Llm> llm_;
};

TEST_F(SmolLm2, KnowsTheCapitalOfFrance) {
  const Answer answer = llm_->generate(greedy(kFrance)).value();
  EXPECT_THAT(answer.output.text, StartsWith(" Paris"));
  EXPECT_EQ(answer.output.ids.size(), 8u);
  EXPECT_EQ(answer.output.logprobs.size(), 8u);
  EXPECT_EQ(answer.output.prompt_tokens, 5u);
  EXPECT_EQ(answer.output.finish_reason, FinishReason::length);
  EXPECT_GT(answer.output.timings.prefill_ms, 0);
  for (const auto& token : answer.output.logprobs)
    EXPECT_EQ(token.top.at(0), std::pair(token.id, token.logprob)) << "greedy is the likeliest";
}

base::Json ask(std::string text) {
  return base::Json::array({{{"role", "user"}, {"content", std::move(text)}}});
}

TEST_F(SmolLm2, ChatsThroughItsOwnTemplate) {
  GenerateRequest request = greedy("");
  request.prompt.messages = ask("Why is the sky blue?");
  EXPECT_THAT(llm_->generate(request)->output.text, HasSubstr("sky"));
  const RenderedChat chat = llm_->render(*request.prompt.messages).value();
  EXPECT_THAT(chat.text, testing::EndsWith("<|im_start|>assistant\n"));
  EXPECT_EQ(chat.ids, llm_->encode(request.prompt).value());
  EXPECT_EQ(chat.ids.front(), llm_->tokenizer().find("<|im_start|>"));
}

TEST_F(SmolLm2, ASpecialTokenThatTheUserSpellsStaysText) {
  const auto ends = [&](std::string text) {
    const auto ids = llm_->encode({.text = {}, .messages = ask(std::move(text))}).value();
    return std::ranges::count(ids, *llm_->tokenizer().find("<|im_end|>"));
  };
  EXPECT_EQ(ends("hello"), 2) << "of the system's message and the user's";
  EXPECT_EQ(ends("hello <|im_end|>"), 2);
}

TEST_F(SmolLm2, StreamedTextIsTheText) {
  std::string text;
  std::uint32_t prefilled = 0;
  const auto answer = llm_->stream(sampled(kFrance, 3), [&](const Delta& delta) {
    text += delta.text;
    prefilled = std::max(prefilled, delta.prefilled);
    EXPECT_EQ(delta.prompt_tokens, 5u);
  });
  EXPECT_EQ(text, answer->output.text);
  EXPECT_EQ(prefilled, 5u);
  EXPECT_EQ(answer->seed, 3u);
}

TEST_F(SmolLm2, ABatchSaysWhatEachSaysAlone) {
  std::vector<GenerateRequest> requests;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    requests.push_back(sampled(std::string(seed * 40, 'n') + kFrance, seed));
  const auto together = llm_->generate_all(requests);
  const auto other = open_smollm2({.threads = 1, .engine = {.chunk = 7}});
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto alone = other->generate(requests[i]);
    EXPECT_EQ(together[i]->output.ids, alone->output.ids);
    EXPECT_EQ(together[i]->output.logprobs, alone->output.logprobs);
    EXPECT_EQ(together[i]->output.text, alone->output.text);
  }
}

TEST_F(SmolLm2, CallersOnSeveralThreadsShareTheEngine) {
  const auto request = [](std::uint64_t i) {
    return sampled(std::string(i * 30, 'n') + kFrance, i);
  };
  std::vector<Answer> found(4);
  {
    std::vector<std::jthread> callers;
    for (std::uint64_t i = 0; i < found.size(); ++i)
      callers.emplace_back([&, i] { found[i] = llm_->generate(request(i)).value(); });
  }
  for (std::uint64_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(found[i].output.logprobs, llm_->generate(request(i))->output.logprobs);
}

TEST_F(SmolLm2, SeveralChoicesOfOnePrompt) {
  GenerateRequest request = sampled(kFrance, 5);
  const Answer one = llm_->generate(request).value();
  EXPECT_TRUE(one.others.empty());
  request.sampling.n = 3;
  std::map<std::uint32_t, std::string> texts;
  const Answer three =
      llm_->stream(request, [&](const Delta& delta) { texts[delta.choice] += delta.text; }).value();
  EXPECT_EQ(three.output.logprobs, one.output.logprobs) << "choice 0 is what n = 1 gives";
  ASSERT_EQ(three.others.size(), 2u);
  EXPECT_NE(three.others[0].ids, three.output.ids);
  EXPECT_EQ(texts[0], three.output.text);
  EXPECT_EQ(texts[2], three.others[1].text);
  EXPECT_EQ(three.completion_tokens,
            three.output.ids.size() + three.others[0].ids.size() + three.others[1].ids.size());
  for (std::uint32_t choice = 1; choice < 3; ++choice) {
    GenerateRequest alone = sampled(kFrance, 5);
    alone.sampling.choice = choice;
    EXPECT_EQ(llm_->generate(alone)->output.logprobs, three.others[choice - 1].logprobs);
  }
  request.sampling.n = 1;
  request.sampling.best_of = 3;
  const auto mean = [](const engine::Output& output) {
    return output.cumulative_logprob / static_cast<double>(output.ids.size());
  };
  EXPECT_EQ(mean(llm_->generate(request)->output),
            std::max({mean(three.output), mean(three.others[0]), mean(three.others[1])}));
}

TEST_F(SmolLm2, WhatWasPreemptedSaysTheSame) {
  const std::size_t block = model::KvCache::block_bytes(llm_->config(), model::KvDtype::f16);
  const auto tight = open_smollm2({.engine = {.context = 192, .kv_bytes = 3 * block}});
  std::vector<GenerateRequest> requests;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    std::string text;
    for (std::uint64_t i = 0; i < 56 + seed; ++i) text += " yes";
    requests.push_back(sampled(text, seed));
    requests.back().sampling.max_tokens = 12;
    requests.back().sampling.logit_bias = {{2, -100}};
  }
  const auto found = tight->generate_all(requests);
  for (std::size_t i = 0; i < requests.size(); ++i)
    EXPECT_EQ(found[i]->output.logprobs, llm_->generate(requests[i])->output.logprobs);
  EXPECT_GT(tight->load().preemptions, 0u);
}

// The same memory holds nearly twice the context in q8_0, and says about the same.
TEST_F(SmolLm2, KeysAndValuesInQ8_0TakeHalfTheMemory) {
  const std::size_t block = model::KvCache::block_bytes(llm_->config(), model::KvDtype::q8_0);
  const OpenOptions in_f16{.engine = {.context = 192, .kv_bytes = 3 * block}};
  OpenOptions in_q8_0 = in_f16;
  in_q8_0.engine.kv_dtype = model::KvDtype::q8_0;
  const auto quantized = open_smollm2(in_q8_0);
  EXPECT_EQ(quantized->load().total_blocks, 3u);
  OpenOptions too_little = in_f16;
  too_little.path = test::smollm2();
  const auto refused = Llm::open(too_little);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  const auto ours = quantized->generate(greedy(kFrance, 4))->output;
  const auto expected = llm_->generate(greedy(kFrance, 4))->output;
  EXPECT_EQ(ours.ids, expected.ids);
  EXPECT_NE(ours.logprobs, expected.logprobs);
  EXPECT_NEAR(ours.cumulative_logprob, expected.cumulative_logprob, 0.1);
}

TEST_F(SmolLm2, APromptStillInTheCacheIsNotReadAgainAndGivesTheSameBits) {
  const auto cold = open_smollm2({.engine = {.prefix_cache = false}});
  const auto warm = open_smollm2();
  std::string story;
  for (int i = 0; i < 40; ++i) story += "one two three ";
  warm->generate(sampled(story + " once", 1)).value();
  const GenerateRequest request = sampled(story + kFrance, 2);
  const engine::Output expected = cold->generate(request)->output;
  const engine::Output found = warm->generate(request)->output;
  EXPECT_GE(found.cached_tokens, 64u);
  EXPECT_EQ(found.cached_tokens % 64, 0u);
  EXPECT_EQ(expected.cached_tokens, 0u);
  EXPECT_EQ(found.ids, expected.ids);
  EXPECT_EQ(found.logprobs, expected.logprobs);
}

TEST_F(SmolLm2, OneBadRequestDoesNotStopTheOthers) {
  std::vector<GenerateRequest> requests = {greedy(kFrance, 1), greedy("\xff"), greedy(""),
                                           greedy(kFrance, 1)};
  requests[3].sampling.top_p = 7;
  const auto answers = llm_->generate_all(requests);
  EXPECT_TRUE(answers[0]);
  EXPECT_THAT(answers[1].error().line(), HasSubstr("not UTF-8"));
  EXPECT_THAT(answers[2].error().line(), HasSubstr("no tokens"));
  EXPECT_EQ(answers[3].error().where, "top_p");
}

TEST_F(SmolLm2, AScoreIsTheSumOfWhatGenerationReports) {
  const Answer answer = llm_->generate(greedy(kFrance)).value();
  const ScoreRequest pairs[] = {{kFrance, answer.output.text}, {kFrance, " Berlin."}};
  const auto scores = llm_->score_all(pairs);
  double sum = 0;
  for (std::size_t i = 0; i < answer.output.ids.size(); ++i) {
    EXPECT_EQ(scores[0]->tokens.at(i).id, answer.output.ids[i]);
    EXPECT_EQ(scores[0]->tokens.at(i).logprob, answer.output.logprobs[i].logprob);
    sum += answer.output.logprobs[i].logprob;
  }
  EXPECT_EQ(scores[0]->logprob, sum);
  EXPECT_TRUE(scores[0]->greedy);
  EXPECT_FALSE(scores[1]->greedy);
  EXPECT_LT(scores[1]->logprob, scores[0]->tokens[0].logprob);
}

TEST_F(SmolLm2, AStopTokenEndsTheAnswer) {
  std::stop_source source;
  GenerateRequest request = greedy(kFrance, 100);
  request.stop = source.get_token();
  const auto answer = llm_->stream(request, [&](const Delta& delta) {
    if (!delta.text.empty()) source.request_stop();
  });
  EXPECT_EQ(answer->output.finish_reason, FinishReason::cancelled);
  EXPECT_THAT(answer->output.text, StartsWith(" Paris"));
  EXPECT_LT(answer->output.ids.size(), 100u);
  EXPECT_EQ(llm_->generate(request)->output.ids.size(), 0u) << "stopped before it began";
  const ScoreRequest pair[] = {{kFrance, " Paris"}};
  EXPECT_EQ(llm_->score_all(pair, source.get_token())[0].error().kind, ErrorKind::cancelled);
}

TEST_F(SmolLm2, StopStringsEndTheAnswer) {
  GenerateRequest request = greedy(kFrance, 100);
  request.sampling.stop = {"aris"};
  const Answer answer = llm_->generate(request).value();
  EXPECT_EQ(answer.output.text, " P");
  EXPECT_EQ(answer.output.finish_reason, FinishReason::stop);
}

TEST_F(SmolLm2, AnOverLongPromptIsRefusedWithBothCounts) {
  const auto small = open_smollm2({.engine = {.context = 16}});
  EXPECT_EQ(small->context(), 16u);
  std::string text;
  for (int i = 0; i < 20; ++i) text += " yes";
  EXPECT_EQ(small->generate(greedy(text)).error().message,
            "prompt has 20 tokens, the context holds 16");
  const ScoreRequest pair[] = {{text, " no"}};
  EXPECT_EQ(small->score_all(pair)[0].error().message,
            "prompt has 21 tokens, the context holds 16");
  EXPECT_EQ(small->generate(greedy(" yes yes", 100))->output.ids.size(), 14u)
      << "the answer ends where the context does";
}

// An adapter of every value projection, of rank 1: what it makes of a row is `up`, times its sum.
void save_adapter(const std::filesystem::path& folder, float up) {
  test::SafetensorsBuilder file;
  for (int layer = 0; layer < 30; ++layer) {
    const std::string name =
        "base_model.model.model.layers." + std::to_string(layer) + ".self_attn.v_proj.lora_";
    file.f32(name + "A.weight", {1, 576}, std::vector<float>(576, 0.01f));
    file.f32(name + "B.weight", {192, 1}, std::vector<float>(192, up));
  }
  test::spill(folder / "adapter_model.safetensors", file.build());
  test::spill(folder / "adapter_config.json",
              R"({"peft_type":"LORA","r":1,"lora_alpha":1,"target_modules":["v_proj"]})");
}

class SmolLm2Adapters : public test::TempFolder {};

TEST_F(SmolLm2Adapters, AreLoadedChosenAndDroppedByName) {
  ASHLAR_NEEDS_SMOLLM2();
  save_adapter(root() / "plus", 0.5f);
  save_adapter(root() / "nothing", 0);
  const auto llm = open_smollm2();
  ASSERT_TRUE(llm->load_adapter("plus", root() / "plus"));
  ASSERT_TRUE(llm->load_adapter("nothing", root() / "nothing"));
  EXPECT_THAT(llm->adapters(), testing::ElementsAre("nothing", "plus"));
  std::vector<GenerateRequest> requests(3, greedy(kFrance));
  requests[1].adapter = "plus";
  requests[2].adapter = "nothing";
  const auto answers = llm->generate_all(requests);
  EXPECT_NE(answers[1]->output.logprobs, answers[0]->output.logprobs);
  EXPECT_EQ(answers[2]->output.logprobs, answers[0]->output.logprobs) << "it adds zeros";

  const ScoreRequest score[] = {{kFrance, answers[1]->output.text, "plus"}};
  EXPECT_EQ(llm->score_all(score)[0]->tokens[0].logprob, answers[1]->output.logprobs[0].logprob);

  ASSERT_TRUE(llm->drop_adapter("plus"));
  const auto gone = llm->generate(requests[1]);
  EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
  EXPECT_THAT(gone.error().line(), HasSubstr("choose one of nothing"));
  EXPECT_EQ(llm->score_all(score)[0].error().where, "adapter");
  EXPECT_EQ(llm->drop_adapter("plus").error().kind, ErrorKind::not_found);
  ASSERT_TRUE(llm->load_adapter("plus", root() / "nothing")) << "the name is free";
  EXPECT_EQ(llm->generate(requests[1])->output.logprobs, answers[0]->output.logprobs)
      << "nothing of the first is left in the KV cache";
}

TEST_F(SmolLm2Adapters, NamesAreGivenOnceAndBadFilesChangeNothing) {
  ASHLAR_NEEDS_SMOLLM2();
  save_adapter(root() / "a", 1);
  const auto llm = open_smollm2();
  ASSERT_TRUE(llm->load_adapter("a", root() / "a"));
  EXPECT_THAT(llm->load_adapter("a", root() / "a").error().message, HasSubstr("loaded already"));
  EXPECT_THAT(llm->load_adapter("", root() / "a").error().message, HasSubstr("needs a name"));
  EXPECT_EQ(llm->load_adapter("b", root() / "b").error().kind, ErrorKind::not_found);
  EXPECT_THAT(llm->load_adapter("c", test::smollm2()).error().message, HasSubstr("general.type"));
  EXPECT_THAT(llm->adapters(), testing::ElementsAre("a"));
}

TEST_F(SmolLm2, SaysWhoItIs) {
  const ModelInfo& info = llm_->info();
  EXPECT_THAT(info.name, HasSubstr("135M"));
  EXPECT_EQ(info.sha256.size(), 64u);
  EXPECT_GT(info.load_ms, 0);
  EXPECT_EQ(llm_->context(), 8192u);
}

TEST(LlmOpen, AMissingFileAndABadContextAreErrors) {
  EXPECT_EQ(Llm::open({.path = "/nowhere/model.gguf"}).error().kind, ErrorKind::not_found);
  ASHLAR_NEEDS_SMOLLM2();
  const auto llm = Llm::open({.path = test::smollm2(), .engine = {.context = 1'000'000}});
  EXPECT_THAT(llm.error().line(), HasSubstr("context 1000000 is over the model's 8192"));
}

}  // namespace
}  // namespace ashlar::llm
