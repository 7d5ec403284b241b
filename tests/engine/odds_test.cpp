#include "engine/odds.h"

#include <gtest/gtest.h>

namespace ashlar::engine {
namespace {

TEST(Odds, AGuessIsMadeWhenItIsLikelierThanItsPrice) {
  EXPECT_EQ(Odds(0.5).worth(0.6, 16), 0u);
  EXPECT_GT(Odds(0.5).worth(0.4, 16), 0u);
  EXPECT_EQ(Odds(0.9).worth(0.4, 0), 0u);
}

// Tried by hand: with odds p and price c, g guesses give (1 - p^(g+1)) / (1 - p) / (1 + g·c).
TEST(Odds, TheNumberOfGuessesGivesTheMostTokensInTheTime) {
  for (const double p : {0.2, 0.5, 0.8, 0.95})
    for (const double c : {0.05, 0.15, 0.5}) {
      double best = 0, tokens = 0, power = 1;
      std::uint32_t expected = 0;
      for (std::uint32_t g = 0; g <= 16; ++g, power *= p) {
        tokens += power;
        const double rate = tokens / (1 + g * c);
        if (rate > best * (1 + 1e-12)) best = rate, expected = g;
      }
      EXPECT_EQ(Odds(p).worth(c, 16), expected) << p << " " << c;
    }
}

TEST(Odds, GuessesThatWereRightMakeTheNextOnesLonger) {
  Odds odds(0.5);
  const auto before = odds.worth(0.15, 16);
  for (int i = 0; i < 10; ++i) odds.learn(4, 4);
  EXPECT_GT(odds.worth(0.15, 16), before);
  for (int i = 0; i < 20; ++i) odds.learn(16, 0);
  EXPECT_EQ(odds.worth(0.3, 16), 0u);
}

TEST(Odds, NothingIsLearnedOfGuessesAfterAWrongOne) {
  Odds few(0.5), many(0.5);
  few.learn(3, 2);
  many.learn(16, 2);
  EXPECT_EQ(few.of_one(), many.of_one());
}

// The calls until the next try double as long as it isn't worth it, and begin anew when it was.
TEST(Odds, RestsLongerAfterEachTry) {
  Odds odds(0.1);
  const auto calls_until_a_try = [&] {
    int calls = 1;
    while (odds.worth(0.5, 16) == 0) ++calls;
    return calls;
  };
  for (const int rest : {4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024}) {
    EXPECT_EQ(calls_until_a_try(), rest);
    odds.learn(1, 0);
  }
  for (int i = 0; i < 20; ++i) odds.learn(1, 1);
  EXPECT_EQ(calls_until_a_try(), 1);
  for (int i = 0; i < 20; ++i) odds.learn(1, 0);
  EXPECT_EQ(calls_until_a_try(), 4);
}

}  // namespace
}  // namespace ashlar::engine
