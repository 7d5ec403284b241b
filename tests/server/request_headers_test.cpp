// Headers that decide: traces that go on, and pages that may ask.
#include <gmock/gmock.h>

#include "server/cors.h"
#include "server/traceparent.h"

namespace ashlar::server {
namespace {

net::Request request(net::Headers headers, const std::string& method = "POST") {
  net::Request request;
  request.method = method;
  request.headers = std::move(headers);
  return request;
}

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736", kSpan = "00f067aa0ba902b7";

TEST(TraceParent, AValidOneGoesOnWithASpanOfOurs) {
  const std::string header = "00-" + kTrace + "-" + kSpan + "-00";
  const auto parsed = parse_traceparent(header);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->header(), header);
  const TraceParent ours = continued_trace(request({{"traceparent", header}}));
  EXPECT_EQ(ours.trace_id, kTrace);
  EXPECT_NE(ours.parent_id, kSpan);
  EXPECT_EQ(ours.flags, "00");
  EXPECT_TRUE(parse_traceparent(ours.header()));
}

TEST(TraceParent, AHigherVersionIsReadAsFarAsItIsKnown) {
  EXPECT_TRUE(parse_traceparent("01-" + kTrace + "-" + kSpan + "-01-what-comes"));
  EXPECT_TRUE(parse_traceparent("cc-" + kTrace + "-" + kSpan + "-01"));
  EXPECT_FALSE(parse_traceparent("01-" + kTrace + "-" + kSpan + "-01what"));
  EXPECT_FALSE(parse_traceparent("00-" + kTrace + "-" + kSpan + "-01-what"));
}

TEST(TraceParent, AnInvalidOneBeginsAnew) {
  const std::string zero_trace(32, '0'), zero_span(16, '0');
  for (const std::string& header :
       {std::string(), std::string("00"), "ff-" + kTrace + "-" + kSpan + "-01",
        "00-" + zero_trace + "-" + kSpan + "-01", "00-" + kTrace + "-" + zero_span + "-01",
        "00-" + kTrace + "-" + kSpan + "-0", "00-" + kTrace + "-" + kSpan + "-0g",
        "00_" + kTrace + "-" + kSpan + "-01", "0G-" + kTrace + "-" + kSpan + "-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kSpan + "-01"}) {
    EXPECT_FALSE(parse_traceparent(header)) << header;
    EXPECT_NE(continued_trace(request({{"traceparent", header}})).trace_id, kTrace);
  }
  const std::string header = "00-" + kTrace + "-" + kSpan + "-01";
  EXPECT_NE(continued_trace(request({{"traceparent", header}, {"traceparent", header}})).trace_id,
            kTrace);
  EXPECT_TRUE(parse_traceparent(continued_trace(request({})).header()));
}

TEST(Cors, OnlyAllowedPagesGetHeaders) {
  const Origins allowed = {"https://a.example"};
  const auto granted = cors_headers(request({{"origin", "https://a.example"}}), allowed);
  EXPECT_THAT(granted,
              testing::Contains(testing::Pair("access-control-allow-origin", "https://a.example")));
  EXPECT_THAT(granted, testing::Contains(testing::Pair("vary", "Origin")));
  for (const char* origin : {"https://b.example", "http://a.example", "https://a.example:1", "null",
                             "https://a.example.evil"})
    EXPECT_EQ(cors_headers(request({{"origin", origin}}), allowed).size(), 1u) << origin;
  EXPECT_TRUE(cors_headers(request({{"origin", "https://a.example"}}), {}).empty());
  EXPECT_THAT(cors_headers(request({{"origin", "https://b"}}), {"*"}),
              testing::Contains(testing::Pair("access-control-allow-origin", "*")));
}

TEST(Cors, APreflightIsAnswered) {
  const net::Headers asks = {{"origin", "https://a"},
                             {"access-control-request-method", "POST"},
                             {"access-control-request-headers", "authorization,content-type"}};
  const auto answer = preflight(request(asks, "OPTIONS"), {"https://a"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204u);
  EXPECT_THAT(answer->headers, testing::Contains(testing::Pair("access-control-allow-headers",
                                                               "authorization,content-type")));
  EXPECT_FALSE(preflight(request(asks, "POST"), {"https://a"}));
  EXPECT_FALSE(preflight(request(asks, "OPTIONS"), {"https://b"}));
  EXPECT_FALSE(preflight(request({{"origin", "https://a"}}, "OPTIONS"), {"https://a"}));
}

TEST(Cors, APageOfThisServerIsNotForeign) {
  const auto foreign = [](const char* origin, const char* host) {
    return is_foreign(request({{"origin", origin}, {"host", host}}), {});
  };
  EXPECT_FALSE(foreign("http://127.0.0.1:1", "127.0.0.1:1"));
  EXPECT_FALSE(foreign("http://localhost:1", "localhost:1"));
  EXPECT_FALSE(foreign("http://localhost", "localhost"));
  EXPECT_FALSE(foreign("http://[::1]:1", "[::1]:1"));
  EXPECT_FALSE(foreign("http://[::1]", "[::1]"));
  EXPECT_TRUE(foreign("http://localhost:2", "localhost:1"));
  EXPECT_TRUE(foreign("http://rebound.example:1", "rebound.example:1"));
  EXPECT_TRUE(foreign("null", "localhost:1"));
  EXPECT_TRUE(foreign("http://", ""));
  EXPECT_FALSE(is_foreign(request({{"host", "h:1"}}), {}));
  EXPECT_FALSE(is_foreign(request({{"origin", "http://x"}, {"host", "h:1"}}), {"*"}));
}

}  // namespace
}  // namespace ashlar::server
