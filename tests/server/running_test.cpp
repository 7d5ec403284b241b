#include "server/running.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "server/errands.h"

namespace ashlar::server {
namespace {

TEST(GatheredExchange, HandsOnAWholeAnswerOnce) {
  std::vector<net::Response> heard;
  const auto exchange = std::make_shared<GatheredExchange>(
      [&](net::Response response) { heard.push_back(std::move(response)); });
  exchange->answer({201, {}, "a"});
  exchange->answer({202, {}, "b"});
  exchange->end();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].status, 201U);
}

TEST(GatheredExchange, GathersAStream) {
  net::Response heard;
  GatheredExchange exchange([&](net::Response response) { heard = std::move(response); });
  exchange.begin(200, {{"a", "b"}}, "");
  exchange.write("x");
  exchange.write("y");
  exchange.end();
  EXPECT_EQ(heard.body, "xy");
  EXPECT_EQ(heard.headers.size(), 1U);
}

TEST(GatheredExchange, LetGoOfItIsA500) {
  unsigned status = 0;
  {
    GatheredExchange exchange([&](const net::Response& response) { status = response.status; });
  }
  EXPECT_EQ(status, 500U);
}

TEST(GatheredExchange, WhoLeavesIsHeardOfOnce) {
  int gone = 0;
  {
    GatheredExchange exchange([](const net::Response&) {});
    exchange.on_gone([&] { ++gone; });
    exchange.leave();
    exchange.leave();
    EXPECT_EQ(gone, 1);
    exchange.on_gone([&] { ++gone; });  // at once, as it has left already
    EXPECT_EQ(gone, 2);
    exchange.answer({});
    exchange.on_gone([&] { ++gone; });  // it is over
  }
  EXPECT_EQ(gone, 2);
}

TEST(Running, StopsByNameAndAll) {
  Running running;
  int answers = 0;
  const auto done = [&](const net::Response&) { ++answers; };
  auto a = running.add("a", done), b = running.add("b", done);
  a->on_gone([&] { a->answer({}); });
  b->on_gone([&] { b->answer({}); });
  running.stop("c");
  EXPECT_EQ(running.count(), 2U);
  running.stop("a");
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(running.count(), 1U);
  running.end();
  EXPECT_EQ(answers, 2);
  auto late = running.add("late", done);
  bool gone = false;
  late->on_gone([&] { gone = true; });
  EXPECT_TRUE(gone);
  late = nullptr;
  running.end();
  EXPECT_EQ(answers, 3);
}

TEST(Running, EndWaitsForTheLast) {
  Running running;
  std::atomic<bool> answered = false;
  auto exchange = running.add("a");
  std::thread maker;
  exchange->on_gone([&] {
    maker = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      answered = true;
      exchange->answer({});
    });
  });
  running.end();
  EXPECT_TRUE(answered);
  maker.join();
}

TEST(Errands, AreDoneInOrderAndAllBeforeTheEnd) {
  std::vector<int> done;
  {
    Errands errands;
    for (int i = 0; i < 100; ++i) errands.post([&done, i] { done.push_back(i); });
  }
  ASSERT_EQ(done.size(), 100U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST(Errands, MayEndOnTheirOwnThread) {
  std::atomic<bool> done = false;
  auto errands = std::make_shared<Errands>();
  Errands* const raw = errands.get();
  raw->post([held = std::move(errands), &done]() mutable {
    held = nullptr;
    done = true;
  });
  while (!done) std::this_thread::yield();
}

}  // namespace
}  // namespace ashlar::server
