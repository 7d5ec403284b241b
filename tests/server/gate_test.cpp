// Who is let in, how much at once, how much a minute; against a clock that stands still.
#include "server/gate.h"

#include <gmock/gmock.h>

#include <thread>

#include "server/lane.h"

namespace ashlar::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class HeldClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point now() const override { return time; }
  std::chrono::system_clock::time_point time{std::chrono::seconds(1'900'000'000)};
};

net::Request with(const std::string& name, const std::string& value) {
  net::Request request;
  request.method = "POST";
  request.path = "/v1/chat/completions";
  request.headers = {{name, value}};
  return request;
}

class GateTest : public testing::Test {
 protected:
  GateTest() { gate_.set({key("a")}, {}); }

  static Key key(const std::string& name) {
    return {.name = name, .sha256 = hash_of("ash-" + name)};
  }
  Admission<SharedPass> admit(const std::string& name, Group group = Group::inference) {
    return gate_.admit(with("authorization", "Bearer ash-" + name), group);
  }
  Refusal refused(const std::string& name, Group group = Group::inference) {
    auto pass = admit(name, group);
    EXPECT_FALSE(pass);
    return pass ? Refusal{} : pass.error();
  }

  std::shared_ptr<HeldClock> clock_ = std::make_shared<HeldClock>();
  Gate gate_{clock_};
};

TEST_F(GateTest, WithoutKeysAllMayDoAll) {
  gate_.set({}, {});
  EXPECT_FALSE(gate_.needs_key());
  for (const Group group : {Group::open, Group::models, Group::inference, Group::admin}) {
    const auto pass = gate_.admit(with("authorization", "Bearer none"), group);
    ASSERT_TRUE(pass);
    EXPECT_EQ((*pass)->key(), "");
    EXPECT_TRUE((*pass)->may_use("any"));
  }
}

TEST_F(GateTest, AKeyComesInEitherHeader) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"authorization", "Bearer ash-a"},
                                                        {"authorization", "bearer   ash-a"},
                                                        {"x-api-key", "ash-a"}}) {
    const auto pass = gate_.admit(with(name, value), Group::inference);
    ASSERT_TRUE(pass) << name << value;
    EXPECT_EQ((*pass)->key(), "a");
  }
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"authorization", "ash-a"},
                                                        {"authorization", "Basic ash-a"},
                                                        {"authorization", "Bearer"},
                                                        {"authorization", "Bearer "},
                                                        {"authorization", "Bearer ash-b"},
                                                        {"authorization", "Bearer ash-a x"},
                                                        {"x-api-key", ""},
                                                        {"x-api-key", "Bearer ash-a"},
                                                        {"cookie", "ash-a"}}) {
    const auto pass = gate_.admit(with(name, value), Group::inference);
    ASSERT_FALSE(pass) << name << value;
    EXPECT_EQ(pass.error().status, 401u);
    EXPECT_EQ(pass.error().retry_after, 0u);
  }
  EXPECT_TRUE(gate_.admit(with("cookie", "none"), Group::open));
}

TEST_F(GateTest, AKeyEnds) {
  Key ends = key("e");
  ends.expires = std::chrono::system_clock::to_time_t(clock_->now()) + 10;
  gate_.set({ends}, {});
  EXPECT_TRUE(admit("e"));
  clock_->time += 10s;
  EXPECT_EQ(refused("e").status, 401u);
  EXPECT_THAT(refused("e").error.message, HasSubstr("expired"));
}

TEST_F(GateTest, ScopesNameGroupsAndModels) {
  Key text = key("t"), operates = key("o");
  text.groups = {"text"};
  text.models = {"m"};
  operates.groups = {"admin"};
  gate_.set({text, operates, key("a")}, {});
  EXPECT_TRUE(admit("t", Group::text));
  EXPECT_EQ(refused("t", Group::inference).status, 403u);
  EXPECT_THAT(refused("t", Group::inference).error.message, HasSubstr("/v1/chat/completions"));
  EXPECT_TRUE(admit("o", Group::admin));
  EXPECT_TRUE(admit("a", Group::inference));
  EXPECT_EQ(refused("a", Group::admin).status, 403u) << "only a key that says so";
  EXPECT_EQ(refused("a", Group::metrics).status, 403u);
  const auto pass = admit("t", Group::text).value();
  EXPECT_TRUE(pass->may_use("m"));
  EXPECT_FALSE(pass->may_use("n"));
}

TEST_F(GateTest, SoManyAtOnce) {
  Key two = key("two");
  two.max_requests = 2;
  gate_.set({two, key("one")}, {.max_requests = 1});
  auto first = admit("two").value(), second = admit("two").value();
  const Refusal refusal = refused("two");
  EXPECT_EQ(refusal.status, 429u);
  EXPECT_GE(refusal.retry_after, 1u);
  EXPECT_TRUE(admit("two", Group::models)) << "looking isn't counted";
  first.reset();
  EXPECT_TRUE(admit("two"));
  second->leave();
  second->leave();  // twice is once
  auto other = admit("one").value();
  EXPECT_EQ(refused("one").status, 429u);
}

TEST_F(GateTest, RetryAfterFollowsHowLongRequestsTake) {
  gate_.set({key("a")}, {.max_requests = 1});
  for (int i = 0; i < 20; ++i) {
    auto pass = admit("a").value();
    clock_->time += 30s;
  }
  const auto pass = admit("a").value();
  EXPECT_NEAR(refused("a").retry_after, 30, 2);
}

TEST_F(GateTest, SoManyTokensAMinute) {
  gate_.set({key("a")}, {.tokens_per_minute = 100});
  admit("a").value()->charge(60);
  clock_->time += 20s;
  admit("a").value()->charge(60);
  clock_->time += 5s;
  const Refusal refusal = refused("a");
  EXPECT_EQ(refusal.status, 429u);
  EXPECT_THAT(refusal.error.message, HasSubstr("120 tokens"));
  // The first 60 are older than a minute then, and not a second sooner.
  EXPECT_EQ(refusal.retry_after, 36u);
  clock_->time += std::chrono::seconds(refusal.retry_after - 1);
  EXPECT_EQ(refused("a").retry_after, 1u);
  clock_->time += 1s;
  EXPECT_TRUE(admit("a"));
}

TEST_F(GateTest, ReloadingKeepsWhatWasUsed) {
  gate_.set({key("a")}, {.max_requests = 1, .tokens_per_minute = 100});
  auto held = admit("a").value();
  held->charge(100);
  gate_.set({key("a"), key("b")}, {.max_requests = 1, .tokens_per_minute = 100});
  EXPECT_EQ(refused("a").status, 429u);
  EXPECT_TRUE(admit("b"));
  gate_.set({key("b")}, {});
  EXPECT_EQ(refused("a").status, 401u);
  held.reset();  // of a key that is no more
}

TEST_F(GateTest, ManyThreadsNeverExceedTheLimit) {
  gate_.set({key("a")}, {.max_requests = 3});
  std::atomic<int> inside = 0, most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 200; ++j) {
        const auto pass = admit("a");
        if (!pass) continue;
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        --inside;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_TRUE(admit("a"));
}

TEST(Lane, TurnsAwayWhoWouldWaitTooLong) {
  Lane lane(LaneLimits{.running = 2, .most_waiting = 1});
  const auto now = Lane::Clock::now();
  ASSERT_TRUE(lane.enter(3));
  const auto refused = lane.enter(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 503u);
  EXPECT_THAT(refused.error().error.message, HasSubstr("2 answers are under way and 1 wait"));
  lane.leave(1, now);
  EXPECT_TRUE(lane.enter(1));
  lane.set_most_waiting(0);
  EXPECT_FALSE(lane.enter(1));
}

TEST(Lane, ALargeRequestIsTakenWhenNobodyIsThere) {
  Lane lane(LaneLimits{.running = 2, .most_waiting = 1});
  EXPECT_TRUE(lane.enter(100));
  EXPECT_FALSE(lane.enter(1));
  lane.leave(100);
  EXPECT_EQ(lane.inside(), 0u);
}

TEST(Lane, RetryAfterFollowsHowFastAnswersEnd) {
  Lane lane(LaneLimits{.running = 1, .most_waiting = 1});
  auto now = Lane::Clock::now();
  ASSERT_TRUE(lane.enter(2));
  for (int i = 0; i < 20; ++i) {
    lane.leave(1, now += 20s);
    ASSERT_TRUE(lane.enter(1));
  }
  EXPECT_NEAR(lane.enter(1).error().retry_after, 20, 2);
}

TEST(Lane, ATicketLeaves) {
  const auto lane = std::make_shared<Lane>(LaneLimits{.running = 1, .most_waiting = 0});
  auto ticket = Ticket::get(lane, 1).value();
  EXPECT_FALSE(Ticket::get(lane, 1));
  ticket.reset();
  EXPECT_TRUE(Ticket::get(lane, 1));
}

}  // namespace
}  // namespace ashlar::server
