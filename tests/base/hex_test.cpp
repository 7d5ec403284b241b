#include "base/hex.h"

#include <gtest/gtest.h>

namespace ashlar::base {
namespace {

TEST(Hex, ADigitIsItsValue) {
  EXPECT_EQ(hex_digit('0'), 0u);
  EXPECT_EQ(hex_digit('9'), 9u);
  EXPECT_EQ(hex_digit('a'), 10u);
  EXPECT_EQ(hex_digit('F'), 15u);
  for (const char32_t c : {U'g', U'G', U'/', U':', U'@', U'`', U'\uFF11'})
    EXPECT_FALSE(hex_digit(c));
  EXPECT_FALSE(hex_digit(static_cast<char32_t>(char{-1})));
}

}  // namespace
}  // namespace ashlar::base
