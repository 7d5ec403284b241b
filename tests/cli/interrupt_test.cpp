#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace ashlar::cli {
namespace {

bool comes_true(const Interrupt& interrupt) {
  for (int i = 0; i < 2000 && !interrupt.requested(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return interrupt.requested();
}

TEST(Interrupt, ASignalRequestsAStop) {
  Interrupt interrupt;
  const auto token = interrupt.token();
  EXPECT_FALSE(token.stop_requested());
  raise(SIGINT);
  EXPECT_TRUE(comes_true(interrupt));
  EXPECT_TRUE(token.stop_requested());
}

TEST(Interrupt, EachStartsAnew) {
  for (int round = 0; round < 3; ++round) {
    Interrupt interrupt;
    EXPECT_FALSE(interrupt.requested());
    raise(SIGINT);
    EXPECT_TRUE(comes_true(interrupt));
  }
}

TEST(Interrupt, FurtherSignalsMayBeIgnored) {
  Interrupt interrupt(Interrupt::Second::is_ignored);
  for (int round = 0; round < 3; ++round) raise(SIGINT);
  EXPECT_TRUE(comes_true(interrupt));
}

TEST(InterruptDeathTest, ASecondSignalEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Interrupt interrupt;
        raise(SIGINT);
        raise(SIGINT);
        pause();
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace ashlar::cli
