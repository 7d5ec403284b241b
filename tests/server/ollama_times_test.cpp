#include "server/ollama_times.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using namespace std::chrono_literals;
using base::Json;

TEST(Rfc3339, HasNanoseconds) {
  EXPECT_EQ(rfc3339(SystemTime()), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(SystemTime(1'752'148'800s + 1'002'003ns)), "2025-07-10T12:00:00.001002003Z");
  EXPECT_EQ(rfc3339(SystemTime(-1ns)), "1969-12-31T23:59:59.999999999Z");
}

KeepAlive kept(const Json& value) {
  const auto keep_alive = parse_keep_alive(value);
  EXPECT_TRUE(keep_alive) << value;
  return keep_alive.value_or(KeepAlive{-7ns});
}

TEST(KeepAliveTest, SecondsAndDurations) {
  EXPECT_EQ(kept(300), KeepAlive{300s});
  EXPECT_EQ(kept(1.5), KeepAlive{1500ms});
  EXPECT_EQ(kept(0), KeepAlive{0s});
  EXPECT_EQ(kept("0"), KeepAlive{0s});
  EXPECT_EQ(kept("5m"), KeepAlive{300s});
  EXPECT_EQ(kept("1h30m0.5s"), KeepAlive{5400s + 500ms});
  EXPECT_EQ(kept("250ms"), KeepAlive{250ms});
  EXPECT_EQ(kept("+3us"), KeepAlive{3us});
  EXPECT_EQ(kept("20ns"), KeepAlive{20ns});
}

TEST(KeepAliveTest, BelowZeroIsForEver) {
  for (const Json& value : {Json(-1), Json("-1"), Json("-5m"), Json(-0.5)})
    EXPECT_EQ(kept(value), KeepAlive{});
}

TEST(KeepAliveTest, AnythingElseIsRefused) {
  for (const Json& value :
       {Json(nullptr), Json(true), Json::array(), Json(""), Json("m"), Json("5 m"), Json("5x"),
        Json("--5m"), Json("5m3"), Json("inf"), Json("nan"), Json("1e9s"), Json(1e300),
        Json("99999999999h"), Json("0x5s")}) {
    const auto keep_alive = parse_keep_alive(value);
    ASSERT_FALSE(keep_alive) << value;
    EXPECT_EQ(keep_alive.error().where, "/keep_alive");
  }
}

}  // namespace
}  // namespace ashlar::server
