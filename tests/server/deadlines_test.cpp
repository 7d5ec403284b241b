// Moments that pass, in order, unless they are taken back.
#include "server/deadlines.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace ashlar::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Deadlines, PassInTheOrderOfTheirTimes) {
  Deadlines deadlines;
  std::promise<void> last;
  std::vector<int> passed;
  const auto now = Deadlines::Clock::now();
  const auto second = deadlines.at(now + milliseconds(20), [&] {
    passed.push_back(2);
    last.set_value();
  });
  const auto never = deadlines.at(now + hours(1), [&] { passed.push_back(3); });
  const auto first = deadlines.at(now, [&] { passed.push_back(1); });
  last.get_future().wait();
  EXPECT_GE(Deadlines::Clock::now(), now + milliseconds(20));
  EXPECT_EQ(passed, (std::vector{1, 2}));
}

TEST(Deadlines, OneThatIsLetGoOfNeverPasses) {
  Deadlines deadlines;
  std::promise<void> later;
  bool passed = false;
  const auto now = Deadlines::Clock::now();
  {
    auto one = deadlines.at(now + milliseconds(10), [&] { passed = true; });
    auto two = deadlines.at(now + milliseconds(10), [&] { passed = true; });
    one = std::move(two);  // the first goes
  }
  const auto end = deadlines.at(now + milliseconds(11), [&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_FALSE(passed);
}

TEST(Deadlines, WhatIsCalledMayLetGoOfItself) {
  Deadlines deadlines;
  std::promise<void> done;
  auto held = std::make_shared<Deadline>();
  *held = deadlines.at(Deadlines::Clock::now() + milliseconds(1), [&done, held]() mutable {
    held.reset();
    done.set_value();
  });
  held.reset();
  done.get_future().wait();
}

// One may outlive them all.
TEST(Deadlines, NothingPassesAfterTheirEnd) {
  Deadline left;
  bool passed = false;
  {
    Deadlines deadlines;
    left = deadlines.at(Deadlines::Clock::now() + hours(1), [&] { passed = true; });
  }
  EXPECT_FALSE(passed);
}

}  // namespace
}  // namespace ashlar::server
