#include "server/background.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>

namespace ashlar::server {
namespace {

void wait_until_asked(std::stop_token stop) {
  std::promise<void> asked;
  const std::stop_callback callback(stop, [&] { asked.set_value(); });
  asked.get_future().wait();
}

TEST(BackgroundTest, ItsEndStopsWhatRuns) {
  std::atomic<int> ended = 0;
  {
    Background background;
    for (int i = 0; i < 2; ++i)
      ASSERT_TRUE(background.run({}, [&](std::stop_token stop) {
        wait_until_asked(std::move(stop));
        ++ended;
      }));
  }
  EXPECT_EQ(ended, 2);
}

TEST(BackgroundTest, RunsSoManyAtOnce) {
  Background background;
  std::vector<std::stop_source> stops(Background::kMost);
  for (std::stop_source& stop : stops) ASSERT_TRUE(background.run(stop, wait_until_asked));
  const auto refused = background.run({}, wait_until_asked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::exhausted);
  stops.front().request_stop();
  while (!background.run({}, [](std::stop_token) {})) std::this_thread::yield();
}

}  // namespace
}  // namespace ashlar::server
