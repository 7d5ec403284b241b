#include "chat/number_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace ashlar::chat {
namespace {

std::optional<std::int64_t> integer(std::string_view text, std::int64_t base = 10) {
  const auto read = read_integer(text, base);
  return read ? *read : std::nullopt;
}

TEST(ReadInteger, SignsSpaceAndUnderscores) {
  EXPECT_EQ(integer(" -1_000 "), -1000);
  EXPECT_EQ(integer("+7"), 7);
  EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
  for (const char* wrong : {"", " ", "1__0", "_1", "1_", "+-1", "--1", "1.5", "0x10", "1 2", "a"})
    EXPECT_EQ(integer(wrong), std::nullopt) << wrong;
}

TEST(ReadInteger, Bases) {
  EXPECT_EQ(integer("ff", 16), 255);
  EXPECT_EQ(integer("0xFF", 16), 255);
  EXPECT_EQ(integer("0b11", 0), 3);
  EXPECT_EQ(integer("0o17", 0), 15);
  EXPECT_EQ(integer("17", 0), 17);
  EXPECT_EQ(integer("0x11", 2), std::nullopt);
  EXPECT_EQ(integer("1", 99), std::nullopt);
}

TEST(ReadInteger, BeyondSixtyFourBitsIsRefused) {
  EXPECT_EQ(read_integer("9223372036854775808", 10).error().kind, ErrorKind::unsupported);
}

TEST(ReadFloat, AsPythonDoes) {
  EXPECT_EQ(read_float(" 1e3 "), 1000.0);
  EXPECT_EQ(read_float("1_0.5"), 10.5);
  EXPECT_EQ(read_float(".5"), 0.5);
  EXPECT_EQ(read_float("5."), 5.0);
  EXPECT_EQ(read_float("-Infinity"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(*read_float("NaN")));
  EXPECT_EQ(read_float("1e-999"), 0.0);
  EXPECT_EQ(read_float("1e999"), HUGE_VAL);
  for (const char* wrong : {"", "x", "1.5x", "0x10", "+-1", "e5", ".", "infinit"})
    EXPECT_EQ(read_float(wrong), std::nullopt) << wrong;
}

RC_GTEST_PROP(ReadInteger, ReadsWhatItWrites, (std::int64_t value)) {
  RC_ASSERT(integer(std::to_string(value)) == value);
}

}  // namespace
}  // namespace ashlar::chat
