#include "engine/step_time.h"

#include <gtest/gtest.h>

namespace ashlar::engine {
namespace {

TEST(StepTime, KnowsNothingBeforeTheFirstStep) {
  EXPECT_EQ(StepTime().of(1), 0);
  EXPECT_EQ(StepTime().of(7), 0);
}

TEST(StepTime, OneSizeGivesAGuessAtTheOthers) {
  StepTime time;
  for (int i = 0; i < 10; ++i) time.learn(1, 20);
  EXPECT_NEAR(time.of(1), 20, 1e-9);
  EXPECT_NEAR(time.of(3), 26, 1e-9);
}

TEST(StepTime, FitsALine) {
  StepTime time;
  for (int i = 0; i < 60; ++i)
    for (const std::uint32_t rows : {1u, 2u, 5u, 12u}) time.learn(rows, 10 + 2.0 * rows);
  EXPECT_NEAR(time.of(1), 12, 0.1);
  EXPECT_NEAR(time.of(8), 26, 0.1);
}

TEST(StepTime, ForgetsWhatIsLongAgo) {
  StepTime time;
  for (int i = 0; i < 100; ++i) time.learn(1, 10);
  for (int i = 0; i < 200; ++i) time.learn(1, 15);
  EXPECT_NEAR(time.of(1), 15, 0.1);
}

TEST(StepTime, AStepThatWasHeldUpHardlyCounts) {
  StepTime time;
  for (int i = 0; i < 100; ++i) time.learn(1, 10);
  time.learn(1, 1000);
  EXPECT_LT(time.of(1), 10.5);
}

TEST(StepTime, MoreRowsNeverTakeLess) {
  StepTime time;
  for (int i = 0; i < 50; ++i) time.learn(1, 20), time.learn(6, 10);
  EXPECT_GT(time.of(2), time.of(1));
}

}  // namespace
}  // namespace ashlar::engine
