// What a structure leaves no choice of takes fewer steps, and changes no answer.
#include <gtest/gtest.h>

#include "grammar/constraint.h"
#include "grammar/free_text.h"
#include "grammar/language.h"
#include "grammar/structure.h"
#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

using test::expect_same;
using test::prompt;
using test::Rig;

constexpr EngineOptions kPlain{.jump_forward = false};

std::shared_ptr<grammar::Constraint> constraint(const char* regex) {
  const auto tokenizer = test::tiny_tokenizer();
  std::vector<std::string_view> tokens(tokenizer->size());
  for (TokenId id = 1; id < tokens.size(); ++id) tokens[id] = tokenizer->bytes_of(id);
  auto texts =
      std::make_shared<grammar::FreeTextMasks>(std::make_shared<grammar::TokenTrie>(tokens));
  auto language = grammar::language_of(grammar::RegexText{regex}, texts->trie().alphabet()).value();
  return std::make_shared<grammar::Constraint>(
      std::move(language), std::move(texts), std::vector<TokenId>{test::kTinyEos},
      [tokenizer](const grammar::ForcedRun& run) {
        return tokenizer->settled(run.text, {.bytes = run.next, .nothing = run.may_end});
      });
}

Request held_to(const char* regex, std::uint64_t seed = 1, std::uint32_t max_tokens = 200) {
  Request request = prompt("q", seed, max_tokens);
  request.constraint = constraint(regex);
  return request;
}

constexpr const char* kMembers = "name is [a-d]{1,3} and so is it (name is ab[cd] ){3}on and on";

Output only(EngineOptions options, const Request& request) {
  Rig rig(options);
  const auto result = rig.only(request);
  EXPECT_TRUE(result.output);
  EXPECT_EQ(result.ids, result.output->ids) << "one event a token";
  EXPECT_EQ(rig.engine->load().free_blocks, 64u);
  return *result.output;
}

TEST(EngineJump, TakesFewerSteps) {
  Rig plain(kPlain), jumping;
  const Request request = held_to(kMembers);
  const Output expected = *plain.only(request).output, found = *jumping.only(request).output;
  expect_same(found, expected);
  EXPECT_EQ(plain.backend->steps, static_cast<int>(expected.ids.size()));
  EXPECT_LT(jumping.backend->steps, plain.backend->steps / 2);
  EXPECT_EQ(found.jumped_tokens + static_cast<std::uint32_t>(jumping.backend->steps),
            found.ids.size());
  EXPECT_EQ(found.guessed_tokens, 0u);
  EXPECT_EQ(expected.jumped_tokens, 0u);
}

TEST(EngineJump, ChangesNothing) {
  std::uint32_t jumped = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Request request = held_to(seed % 2 == 0 ? kMembers : "(a|b)c*( then )*and (x|yy|zzz)+ ends",
                              seed, seed % 7 == 0 ? 1 + seed : 150);
    request.sampling.temperature = seed % 3 == 0 ? 0 : 1;
    request.sampling.frequency_penalty = seed % 4 == 0 ? 0.5 : 0;
    if (seed % 5 != 0) request.sampling.logprobs = seed % 3;
    if (seed % 6 == 0) request.sampling.stop = {"is it"};
    if (seed % 8 == 0) request.sampling.stop_ids = {test::letter('m')};
    const Output found = only({}, request);
    expect_same(found, only(kPlain, request));
    expect_same(found, only({.speculation = Speculation::ngram}, request));
    expect_same(found, only({.speculation = Speculation::draft, .guesses = 3}, request));
    jumped += found.jumped_tokens;
  }
  EXPECT_GT(jumped, 500u);
}

TEST(EngineJump, ChoicesAndManySequencesStaySame) {
  Rig rig({.max_sequences = 6, .chunk = 50}, 512, 30);
  const auto request = [](std::uint64_t i) {
    Request each = i % 3 == 0 ? prompt(std::string(90, 'q'), i, 60) : held_to(kMembers, i);
    each.sampling.n = 1 + i % 3;
    each.sampling.best_of = each.sampling.n + i % 2;
    return each;
  };
  std::vector<RequestId> ids;
  for (std::uint64_t i = 0; i < 20; ++i) ids.push_back(rig.submit(request(i)));
  rig.run();
  for (std::uint64_t i = 0; i < 20; ++i) {
    Rig plain(kPlain);
    const auto expected = plain.only(request(i));
    const auto& found = rig.results[ids[i]];
    ASSERT_EQ(found.choices->outputs.size(), expected.choices->outputs.size());
    for (std::size_t at = 0; at < found.choices->outputs.size(); ++at)
      expect_same(found.choices->outputs[at], expected.choices->outputs[at]);
  }
  EXPECT_EQ(rig.engine->load().free_blocks, 30u);
}

TEST(EngineJump, AnAnswerThatGoesWrongSaysTheSameBefore) {
  for (const EngineOptions& options : {EngineOptions{}, kPlain}) {
    Rig rig(options);
    rig.backend->tamper = [](const test::FakeBackend::Tokens& tokens, std::vector<float>& logits) {
      if (tokens.size() == 12) logits[0] = std::numeric_limits<float>::infinity();
    };
    Request request = held_to("name is a sure thing (x|y)");
    request.sampling.logprobs = 0;
    const auto result = rig.only(request);
    EXPECT_TRUE(result.error);
    EXPECT_EQ(result.streamed, "name is a s");
  }
}

}  // namespace
}  // namespace ashlar::engine
