// Guesses change how many steps an answer takes, never the answer.
#include <gtest/gtest.h>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::FakeBackend;
using test::letter;
using test::letters;
using test::prompt;
using test::Rig;

constexpr EngineOptions kNgram{.speculation = Speculation::ngram};
constexpr EngineOptions kDraft{.speculation = Speculation::draft};

// The model goes round in a circle of this many letters, but for every 17th token.
void repeat_itself(Rig& rig, TokenId period) {
  rig.backend->tamper = [period](const FakeBackend::Tokens& tokens, std::vector<float>& logits) {
    if (tokens.size() % 17 != 0) logits[letter('a') + tokens.size() % period] += 6;
  };
}

TEST(EngineSpeculation, TextThatRepeatsItselfTakesFewerSteps) {
  Rig plain, guessing(kNgram);
  for (Rig* rig : {&plain, &guessing}) {
    rig->backend->tamper = [](const FakeBackend::Tokens& tokens, std::vector<float>& logits) {
      logits[letter('a') + tokens.size() % 5] = 1000;
    };
  }
  const Output expected = *plain.only(prompt("q", 1, 100)).output;
  const auto found = guessing.only(prompt("q", 1, 100));
  expect_same(*found.output, expected);
  EXPECT_EQ(found.ids, expected.ids) << "one event a token";
  EXPECT_EQ(plain.backend->steps, 100);
  EXPECT_LT(guessing.backend->steps, 25);
  EXPECT_EQ(found.output->guessed_tokens, found.output->accepted_tokens);
}

TEST(EngineSpeculation, WrongGuessesChangeNothing) {
  std::uint32_t wrong = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Request request = prompt("once upon a time", seed, 150);
    request.sampling.temperature = seed % 3 == 0 ? 0 : 1;
    request.sampling.frequency_penalty = seed % 2 == 0 ? 0.2 : 0;
    request.sampling.logprobs = 2;
    if (seed % 5 == 0) request.sampling.stop = {"cde"};
    Rig plain, guessing(kNgram);
    for (Rig* rig : {&plain, &guessing}) repeat_itself(*rig, 3 + seed % 4);
    const Output found = *guessing.only(request).output;
    expect_same(found, *plain.only(request).output);
    wrong += found.guessed_tokens - found.accepted_tokens;
    EXPECT_EQ(guessing.engine->load().free_blocks, 64u);
  }
  EXPECT_GT(wrong, 100u);
}

TEST(EngineSpeculation, AnAnswerEndsWhereItMust) {
  for (const std::uint32_t max_tokens : {1u, 2u, 7u, 64u, 400u}) {
    Rig plain({}, 130), guessing(kNgram, 130);
    for (Rig* rig : {&plain, &guessing}) repeat_itself(*rig, 4);
    Request request = prompt("q", 1, max_tokens);
    request.sampling.logit_bias = {{test::kTinyEos, -100}};
    const Output found = *guessing.only(request).output;
    EXPECT_EQ(found.ids.size(), std::min(max_tokens, 129u));
    expect_same(found, *plain.only(request).output);
  }
}

TEST(EngineSpeculation, ManySequencesShareTheGuessesAndTheCacheAndStaySame) {
  Rig guessing({.max_sequences = 6, .chunk = 50, .speculation = Speculation::ngram}, 512, 30);
  repeat_itself(guessing, 5);
  std::vector<RequestId> ids;
  const auto request = [](std::uint64_t i) {
    Request r = prompt(std::string(50 * (1 + i % 3), 'q'), i % 4, 100);
    r.sampling.logprobs = 1;
    return r;
  };
  for (std::uint64_t i = 0; i < 20; ++i) ids.push_back(guessing.submit(request(i)));
  guessing.run();
  for (std::uint64_t i = 0; i < 20; ++i) {
    Rig plain;
    repeat_itself(plain, 5);
    expect_same(*guessing.results[ids[i]].output, *plain.only(request(i)).output);
  }
  EXPECT_EQ(guessing.engine->load().free_blocks, 30u);
}

TEST(EngineSpeculation, ANumberThatIsNoneAfterAWrongGuessHarmsNobody) {
  Rig guessing(kNgram);
  const auto circle = [](std::size_t position) {
    return static_cast<TokenId>(letter('a') + position % 5);
  };
  guessing.backend->tamper = [&](const FakeBackend::Tokens& tokens, std::vector<float>& logits) {
    bool wrong = false;  // a row that only a wrong guess leads to: the model says x there
    for (std::size_t i = 1; i < tokens.size(); ++i)
      wrong |= i == 33 ? tokens[i] != letter('x') : tokens[i] != circle(i);
    if (wrong) logits[0] = std::numeric_limits<float>::infinity();
    logits[tokens.size() == 33 ? letter('x') : circle(tokens.size())] = 1000;
  };
  const auto result = guessing.only(prompt("q", 1, 60));
  ASSERT_TRUE(result.output) << result.error->message;
  EXPECT_EQ(result.output->ids.size(), 60u);
  EXPECT_GT(result.output->guessed_tokens, result.output->accepted_tokens);
}

// The draft is the same model but for every `wrong`th position.
void almost_agree(Rig& rig, std::size_t wrong) {
  rig.draft->tamper = [wrong](const FakeBackend::Tokens& tokens, std::vector<float>& logits) {
    if (tokens.size() % wrong == 0) logits[letter('z')] += 100;
  };
}

TEST(EngineSpeculation, ADraftThatIsRightSavesSteps) {
  Rig plain, guessing(kDraft);
  Request request = prompt("once upon a time", 1, 100);
  request.sampling.temperature = 0;
  const Output expected = *plain.only(request).output;
  const Output found = *guessing.only(request).output;
  expect_same(found, expected);
  EXPECT_EQ(found.guessed_tokens, found.accepted_tokens);
  EXPECT_LT(guessing.backend->steps, plain.backend->steps / 2);
}

TEST(EngineSpeculation, ADraftChangesNothing) {
  std::uint32_t right = 0, wrong = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Request request = prompt("once upon a time", seed, 150);
    request.sampling.temperature = seed % 3 == 0 ? 1 : 0;
    request.sampling.frequency_penalty = seed % 2 == 0 ? 0.2 : 0;
    request.sampling.logprobs = 2;
    Rig plain, guessing(kDraft);
    almost_agree(guessing, 5 + seed % 4);
    const Output found = *guessing.only(request).output;
    expect_same(found, *plain.only(request).output);
    right += found.accepted_tokens;
    wrong += found.guessed_tokens - found.accepted_tokens;
  }
  EXPECT_GT(right, 100u);
  EXPECT_GT(wrong, 100u);
}

TEST(EngineSpeculation, ADraftGuessesForManyAtOnce) {
  Rig guessing({.max_sequences = 6, .chunk = 50, .speculation = Speculation::draft}, 512, 30);
  almost_agree(guessing, 7);
  const auto request = [](std::uint64_t i) {
    Request r = prompt(std::string(30 + 50 * (i % 4), 'q'), i % 4, 100);
    r.sampling.temperature = 0;
    r.sampling.logprobs = 1;
    return r;
  };
  std::vector<RequestId> ids;
  for (std::uint64_t i = 0; i < 20; ++i) ids.push_back(guessing.submit(request(i)));
  guessing.run();
  for (std::uint64_t i = 0; i < 20; ++i)
    expect_same(*guessing.results[ids[i]].output, *Rig().only(request(i)).output);
}

TEST(EngineSpeculation, ADraftThatIsAlwaysWrongIsHardlyAsked) {
  Rig guessing(kDraft);
  almost_agree(guessing, 1);
  Request request = prompt("once upon a time", 1, 400);
  request.sampling.temperature = 0;
  request.sampling.logit_bias = {{letter('z'), -100}, {test::kTinyEos, -100}};
  const Output found = *guessing.only(request).output;
  ASSERT_EQ(found.ids.size(), 400u);
  EXPECT_EQ(found.accepted_tokens, 0u);
  EXPECT_LT(found.guessed_tokens, 40u);
}

TEST(EngineSpeculation, ADraftMustBeThereAndOfTheSameVocabulary) {
  base::ThreadPool pool(1);
  const auto engine =
      Engine::create(std::make_unique<FakeBackend>(512, 8), test::tiny_tokenizer(), pool, kDraft);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::engine
