#include "engine/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ashlar::engine {
namespace {

using testing::ElementsAre;

// Candidates of given probabilities (any positive numbers), ids 0, 1, 2 …
Candidates of(std::vector<double> weights) {
  std::vector<float> logits;
  for (const double w : weights) logits.push_back(static_cast<float>(std::log(w)));
  return weigh(logits, 1);
}

std::vector<tokenizer::TokenId> ids(const Candidates& candidates) {
  std::vector<tokenizer::TokenId> out;
  for (const auto& c : candidates) out.push_back(c.id);
  return out;
}

double mass(const Candidates& candidates) {
  double sum = 0;
  for (const auto& c : candidates) sum += c.weight;
  return sum;
}

TEST(Weigh, GivesProbabilitiesUpToAFactor) {
  const Candidates c = weigh(std::vector<float>{1, 3, 2}, 0.5);
  ASSERT_EQ(c.size(), 3u);
  EXPECT_FLOAT_EQ(c[1].weight, 1);
  EXPECT_FLOAT_EQ(c[0].weight, static_cast<float>(std::exp(-4.0)));
  EXPECT_FLOAT_EQ(c[2].score, -2);
}

TEST(Weigh, LeavesOutWhatCannotBeDrawn) {
  EXPECT_THAT(ids(weigh(std::vector<float>{0, -1000, -1}, 1)), ElementsAre(0, 2));
  EXPECT_THAT(ids(weigh(std::vector<float>{0, 0, -1e-3f}, 1e-300)), ElementsAre(0, 1));
  EXPECT_THAT(ids(weigh(std::vector<float>{3e38f, -3e38f}, 1e-9)), ElementsAre(0));
}

TEST(TopK, KeepsTheHighestTiesByLowerId) {
  Candidates c = of({1, 3, 2, 3, 2});
  keep_top_k(c, 3);
  EXPECT_THAT(ids(c), ElementsAre(1, 2, 3));
  keep_top_k(c, 1);
  EXPECT_THAT(ids(c), ElementsAre(1));
}

TEST(TopK, MoreThanThereAreKeepsAll) {
  Candidates c = of({1, 2});
  keep_top_k(c, 50);
  EXPECT_EQ(c.size(), 2u);
}

TEST(TopP, KeepsTheSmallestSetWithTheMass) {
  for (const auto& [p, expected] : std::vector<std::pair<double, std::vector<tokenizer::TokenId>>>{
           {0.49, {1}}, {0.51, {1, 3}}, {0.79, {1, 3}}, {0.81, {0, 1, 3}}, {0.97, {0, 1, 2, 3}}}) {
    Candidates c = of({0.15, 0.5, 0.05, 0.3});
    keep_top_p(c, p);
    EXPECT_EQ(ids(c), expected) << p;
  }
}

TEST(TopP, ExactlyEnoughIsEnough) {
  Candidates c = weigh(std::vector<float>{0, 0, 0, 0}, 1);
  keep_top_p(c, 0.5);
  EXPECT_THAT(ids(c), ElementsAre(0, 1));
}

TEST(TopP, ZeroKeepsTheLikeliestTiesByLowerId) {
  Candidates c = of({1, 2, 2});
  keep_top_p(c, 0);
  EXPECT_THAT(ids(c), ElementsAre(1));
}

// Entropy of (0.6, 0.2, 0.1, 0.1) is 1.089 nats; -log p are 0.51, 1.61, 2.30, 2.30, so the
// distances are 0.58, 0.52, 1.21, 1.21.
TEST(Typical, PrefersTheInformationNearestToTheEntropy) {
  Candidates c = of({0.6, 0.2, 0.1, 0.1});
  keep_typical(c, 0.15);
  EXPECT_THAT(ids(c), ElementsAre(1));
  c = of({0.6, 0.2, 0.1, 0.1});
  keep_typical(c, 0.5);
  EXPECT_THAT(ids(c), ElementsAre(0, 1));
  c = of({0.6, 0.2, 0.1, 0.1});
  keep_typical(c, 0.85);
  EXPECT_THAT(ids(c), ElementsAre(0, 1, 2)) << "ties by lower id";
}

TEST(MinP, KeepsWhatIsLikelyEnoughComparedWithTheLikeliest) {
  Candidates c = of({0.4, 0.05, 0.21, 0.19});
  keep_min_p(c, 0.5);
  EXPECT_THAT(ids(c), ElementsAre(0, 2));
  keep_min_p(c, 1);
  EXPECT_THAT(ids(c), ElementsAre(0));
}

TEST(Draw, TakesTheCandidateAtThatProbability) {
  const Candidates c = of({1, 2, 1});  // cumulated: 0.25, 0.75, 1
  EXPECT_EQ(draw(c, 0), 0u);
  EXPECT_EQ(draw(c, 0.249), 0u);
  EXPECT_EQ(draw(c, 0.251), 1u);
  EXPECT_EQ(draw(c, 0.749), 1u);
  EXPECT_EQ(draw(c, 0.751), 2u);
  EXPECT_EQ(draw(c, std::nextafter(1.0, 0.0)), 2u);
}

TEST(Draw, EachShareBeginsWhereTheOneBeforeEnds) {
  const Candidates c = weigh(std::vector<float>{0, 0, 0, 0}, 1);
  EXPECT_EQ(draw(c, 0.25), 1u);
  EXPECT_EQ(draw(c, 0.5), 2u);
}

std::vector<float> any_logits() {
  const auto values =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-60, 60)));
  std::vector<float> logits(values.begin(), values.end());
  for (float& l : logits) l /= 8;  // a coarse grid: ties are common
  return logits;
}

// Against the definition: sort everything, take the shortest prefix with the mass.
RC_GTEST_PROP(TopP, EqualsFullSort, ()) {
  const auto logits = any_logits();
  const double p = *rc::gen::inRange(0, 1000) / 1000.0;
  const Candidates all = weigh(logits, 1);
  Candidates sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::size_t n = 0;
  double sum = 0;
  do sum += sorted[n++].weight;
  while (sum < p * mass(all) && n < sorted.size());
  sorted.resize(n);
  std::sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.id < b.id; });

  Candidates kept = all;
  keep_top_p(kept, p);
  RC_ASSERT(kept == sorted);
}

RC_GTEST_PROP(Filters, LeaveAnOrderedNonEmptySubsetWithEnoughMass, ()) {
  const Candidates all = weigh(any_logits(), 1);
  const double p = *rc::gen::inRange(0, 1001) / 1000.0;
  const auto check = [&](Candidates kept, double least) {
    RC_ASSERT(!kept.empty());
    RC_ASSERT(std::is_sorted(kept.begin(), kept.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
    for (const auto& c : kept) RC_ASSERT(std::find(all.begin(), all.end(), c) != all.end());
    RC_ASSERT(mass(kept) >= least * mass(all) * (1 - 1e-9));
  };
  Candidates c = all;
  keep_top_p(c, p);
  check(c, p);
  c = all;
  keep_typical(c, p);
  check(c, p);
  c = all;
  keep_min_p(c, p);
  check(c, 0);
  c = all;
  keep_top_k(c, *rc::gen::inRange(1, 40));
  check(c, 0);
}

// Renaming the tokens renames what is kept, when there are no ties.
RC_GTEST_PROP(Filters, DoNotDependOnTheOrderOfIds, ()) {
  const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  std::vector<std::size_t> permutation(size);
  std::iota(permutation.begin(), permutation.end(), std::size_t{0});
  for (std::size_t i = size; i > 1; --i)
    std::swap(permutation[i - 1], permutation[*rc::gen::inRange<std::size_t>(0, i)]);
  std::vector<float> logits(size), renamed(size);
  for (std::size_t i = 0; i < size; ++i) logits[i] = static_cast<float>(i) * 0.37f;
  for (std::size_t i = 0; i < size; ++i) renamed[permutation[i]] = logits[i];
  Candidates a = weigh(logits, 1), b = weigh(renamed, 1);
  const auto k = static_cast<std::uint32_t>(*rc::gen::inRange(1, 40));
  keep_top_k(a, k);
  keep_top_k(b, k);
  keep_min_p(a, 0.2);
  keep_min_p(b, 0.2);
  auto ids_a = ids(a);
  for (auto& id : ids_a) id = static_cast<tokenizer::TokenId>(permutation[id]);
  std::sort(ids_a.begin(), ids_a.end());
  RC_ASSERT(ids_a == ids(b));
}

}  // namespace
}  // namespace ashlar::engine
