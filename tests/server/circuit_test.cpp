#include "server/circuit.h"

#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using namespace std::chrono_literals;

TEST(Circuit, OpensAfterARowOfFailuresAndLetsOneTryAgain) {
  Circuit circuit(2, 100ms);
  const auto start = Circuit::Clock::time_point();
  circuit.failed(start);
  EXPECT_TRUE(circuit.admits(start)) << "one failure is none";
  circuit.failed(start);
  EXPECT_FALSE(circuit.admits(start + 99ms));
  EXPECT_EQ(circuit.rest_left(start + 40ms), 60ms);
  EXPECT_TRUE(circuit.admits(start + 100ms));
  EXPECT_FALSE(circuit.admits(start + 100ms)) << "one at a time";
  circuit.failed(start + 110ms);
  EXPECT_FALSE(circuit.admits(start + 200ms));
  EXPECT_TRUE(circuit.admits(start + 210ms));
  circuit.succeeded();
  EXPECT_TRUE(circuit.admits(start + 211ms));
  EXPECT_TRUE(circuit.admits(start + 211ms));
  EXPECT_EQ(circuit.rest_left(start + 211ms), 0ms);
}

TEST(Circuit, ASuccessEndsTheRow) {
  Circuit circuit(2, 100ms);
  const auto now = Circuit::Clock::time_point();
  circuit.failed(now);
  circuit.succeeded();
  circuit.failed(now);
  EXPECT_TRUE(circuit.admits(now));
}

TEST(Circuit, AnAbandonedTryLetsTheNextOneIn) {
  Circuit circuit(1, 0ms);
  const auto now = Circuit::Clock::time_point();
  circuit.failed(now);
  EXPECT_TRUE(circuit.admits(now));
  EXPECT_FALSE(circuit.admits(now));
  circuit.abandoned();
  EXPECT_TRUE(circuit.admits(now));
}

}  // namespace
}  // namespace ashlar::server
