#include "server/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

std::string found(std::string_view method, std::string_view path) {
  const auto route = find_route(method, path);
  if (!route) return std::string(name_of(route.error().kind));
  return std::string(route->route->path) + " " + route->argument;
}

TEST(Routes, AStarWithinIsOneSegment) {
  EXPECT_EQ(found("POST", "/v1/responses/resp_1/cancel"), "/v1/responses/*/cancel resp_1");
  EXPECT_EQ(found("GET", "/v1/responses/resp_1/input_items"), "/v1/responses/*/input_items resp_1");
  EXPECT_EQ(found("POST", "/v1/responses//cancel"),
            "unsupported");  // of the path at whose end * is
  EXPECT_EQ(found("POST", "/v1/batches/a/b/cancel"), "unsupported");
  EXPECT_EQ(found("GET", "/v1/files/f/content"), "/v1/files/*/content f");
}

TEST(Routes, AStarAtTheEndIsAllThatFollows) {
  EXPECT_EQ(found("GET", "/v1/models/org/name"), "/v1/models/* org/name");
  EXPECT_EQ(found("GET", "/v1/responses/../x"), "/v1/responses/* ../x");
  EXPECT_EQ(found("GET", "/v1/responses/"), "not_found");
  EXPECT_EQ(found("DELETE", "/v1/files/f"), "/v1/files/* f");
}

TEST(Routes, AnotherMethodIsNamed) {
  const auto route = find_route("PUT", "/v1/responses");
  ASSERT_FALSE(route);
  EXPECT_THAT(route.error().mend, testing::HasSubstr("POST"));
  EXPECT_EQ(found("GET", "/v2/x"), "not_found");
  EXPECT_EQ(found("HEAD", "/v1/models"), "/v1/models ");
}

// "/v1/responses/*" would take "r/cancel" for a name.
TEST(Routes, AMethodIsLookedForAtTheFirstPathThatFits) {
  const auto found = find_route("GET", "/v1/responses/r/cancel");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(found.error().mend, "use POST");
  EXPECT_EQ(methods_at("/v1/files/f/content"), "GET, HEAD");
  EXPECT_EQ(methods_at("/v1/files/f"), "GET, HEAD, DELETE");
  EXPECT_EQ(methods_at("/v1/nothing"), "");
}

}  // namespace
}  // namespace ashlar::server
