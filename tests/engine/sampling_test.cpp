#include "engine/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace ashlar::engine {
namespace {

constexpr std::size_t kVocabulary = 100;

TEST(SamplingParams, DefaultsAreValid) {
  EXPECT_TRUE(SamplingParams{}.validate(kVocabulary));
}

TEST(SamplingParams, EveryFieldOutOfRangeIsNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  struct Case {
    std::string where;
    std::function<void(SamplingParams&)> spoil;
  };
  const std::vector<Case> cases = {
      {"temperature", [](auto& p) { p.temperature = -0.1; }},
      {"n", [](auto& p) { p.n = 0; }},
      {"n", [](auto& p) { p.n = 129; }},
      {"best_of", [](auto& p) { p.n = 3, p.best_of = 2; }},
      {"temperature", [=](auto& p) { p.temperature = nan; }},
      {"temperature", [=](auto& p) { p.temperature = infinity; }},
      {"top_p", [](auto& p) { p.top_p = 1.01; }},
      {"min_p", [](auto& p) { p.min_p = -1; }},
      {"typical_p", [=](auto& p) { p.typical_p = nan; }},
      {"repetition_penalty", [](auto& p) { p.repetition_penalty = 0; }},
      {"presence_penalty", [=](auto& p) { p.presence_penalty = infinity; }},
      {"frequency_penalty", [](auto& p) { p.frequency_penalty = -101; }},
      {"logit_bias", [](auto& p) { p.logit_bias = {{kVocabulary, 1.0}}; }},
      {"logit_bias", [](auto& p) { p.logit_bias = {{1, 101.0}}; }},
      {"logit_bias", [](auto& p) { p.logit_bias = {{1, 1.0}, {2, 1.0}, {1, 2.0}}; }},
      {"stop[1]", [](auto& p) { p.stop = {"a", ""}; }},
      {"stop[0]", [](auto& p) { p.stop = {"\xff"}; }},
      {"stop[0]", [](auto& p) { p.stop = {std::string(5000, 'x')}; }},
      {"stop", [](auto& p) { p.stop.assign(65, "x"); }},
      {"stop_ids", [](auto& p) { p.stop_ids = {kVocabulary}; }},
      {"logprobs", [](auto& p) { p.logprobs = kVocabulary + 1; }},
  };
  for (const auto& [where, spoil] : cases) {
    SamplingParams params;
    spoil(params);
    const Status status = params.validate(kVocabulary);
    ASSERT_FALSE(status) << where;
    EXPECT_EQ(status.error().where, where);
    EXPECT_FALSE(status.error().mend.empty());
  }
}

TEST(SamplingParams, TheEdgesOfTheRangesAreIn) {
  SamplingParams params;
  params.temperature = 0;
  params.top_p = params.typical_p = 0;
  params.min_p = 1;
  params.logit_bias = {{kVocabulary - 1, -100.0}, {0, 100.0}};
  params.stop_ids = {kVocabulary - 1};
  params.logprobs = kVocabulary;
  params.max_tokens = 0;
  EXPECT_TRUE(params.validate(kVocabulary));
}

TEST(FinishReason, NamesAreThoseOfTheApi) {
  EXPECT_EQ(name_of(FinishReason::stop), "stop");
  EXPECT_EQ(name_of(FinishReason::length), "length");
  EXPECT_EQ(name_of(FinishReason::tool_calls), "tool_calls");
  EXPECT_EQ(name_of(FinishReason::cancelled), "cancelled");
}

}  // namespace
}  // namespace ashlar::engine
