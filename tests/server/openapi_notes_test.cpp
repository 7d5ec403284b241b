#include "server/openapi_notes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/routes.h"

namespace ashlar::server {
namespace {

TEST(OpenapiNotes, AreOfRoutesThatAreServed) {
  for (const RouteNote& note : route_notes())
    EXPECT_TRUE(std::ranges::any_of(
        routes(),
        [&](const Route& route) { return route.method == note.method && route.path == note.path; }))
        << note.method << ' ' << note.path;
}

TEST(OpenapiNotes, ARouteWithoutOneHasTheDefaults) {
  EXPECT_EQ(note_of("GET", "/nothing").media, "application/json");
  EXPECT_TRUE(note_of("GET", "/nothing").required.empty());
}

}  // namespace
}  // namespace ashlar::server
