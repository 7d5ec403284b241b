#include "net/address.h"

#include <gtest/gtest.h>

namespace ashlar::net {
namespace {

TEST(Address, IsReadInEachForm) {
  EXPECT_EQ(parse_host("127.0.0.1").value(), "127.0.0.1");
  EXPECT_EQ(parse_host("localhost").value(), "127.0.0.1");
  EXPECT_EQ(parse_host("[::1]").value(), "::1");
  EXPECT_EQ(parse_host("0:0:0:0:0:0:0:0").value(), "::");
  for (const char* host : {"", "example.org", "1.2.3", "1.2.3.4:80", "::1]", "127.0.0.1 ", "::g"})
    EXPECT_FALSE(parse_host(host)) << host;
  EXPECT_EQ(host_and_port("127.0.0.1", 80), "127.0.0.1:80");
  EXPECT_EQ(host_and_port("::1", 80), "[::1]:80");
}

TEST(Address, LoopbackIsThisMachineAlone) {
  for (const char* host : {"127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Address, ADescriptorThatDoesntListenHasNone) {
  EXPECT_FALSE(bound_address(0));
  EXPECT_FALSE(bound_address(9999));
}

}  // namespace
}  // namespace ashlar::net
