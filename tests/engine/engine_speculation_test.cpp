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

}  // namespace
}  // namespace ashlar::engine
