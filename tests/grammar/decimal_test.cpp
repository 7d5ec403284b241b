// Decimal numbers without rounding.
#include "grammar/decimal.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

Decimal d(std::string_view text) {
  return Decimal::of(text);
}

TEST(Decimal, Compares) {
  const char* ascending[] = {"-1e400",
                             "-10",
                             "-9.99",
                             "-1",
                             "-0.5",
                             "-1e-400",
                             "0",
                             "1e-9",
                             "0.1",
                             "0.11",
                             "0.9",
                             "1",
                             "9",
                             "10",
                             "99.9",
                             "100",
                             "9007199254740993",
                             "1e400"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j)
      EXPECT_EQ(d(ascending[i]) <=> d(ascending[j]), i <=> j) << ascending[i] << ascending[j];
}

TEST(Decimal, OneTextAValue) {
  EXPECT_EQ(d("1.50").text(), "15e-1");
  EXPECT_EQ(d("-1200").text(), "-12e2");
  EXPECT_EQ(d("-0.0").text(), "0");
  EXPECT_EQ(d("0.0001e4"), d("1"));
  EXPECT_EQ(d("0e999999999"), d("0"));
}

TEST(Decimal, Integers) {
  for (const char* text : {"0", "1.0", "1e3", "-2", "1.5e1", "1e400"})
    EXPECT_TRUE(d(text).is_integer()) << text;
  for (const char* text : {"0.5", "1e-1", "1.01", "1e-400"})
    EXPECT_FALSE(d(text).is_integer()) << text;
}

TEST(Decimal, Multiples) {
  const auto multiple = [](const char* a, const char* b) { return d(a).is_multiple_of(d(b)); };
  EXPECT_TRUE(multiple("0.3", "0.1"));
  EXPECT_TRUE(multiple("4.02", "0.01"));
  EXPECT_TRUE(multiple("0", "7"));
  EXPECT_TRUE(multiple("-9", "3"));
  EXPECT_TRUE(multiple("1e308", "0.5"));
  EXPECT_TRUE(multiple("1e1000000000", "8"));
  EXPECT_TRUE(multiple("1", "1e-1000000000"));
  EXPECT_TRUE(multiple("123456789012345678901234567890", "15"));
  EXPECT_FALSE(multiple("0.35", "0.1"));
  EXPECT_FALSE(multiple("1e308", "0.123456789"));
  EXPECT_FALSE(multiple("5", "10"));
  EXPECT_FALSE(multiple("1e1000000000", "7"));
  EXPECT_FALSE(multiple("9007199254740993", "2"));
}

TEST(Decimal, DivisorsAreBounded) {
  EXPECT_TRUE(d("123456789012345678").can_divide());
  EXPECT_FALSE(d("1234567890123456789").can_divide());
  EXPECT_FALSE(d("0").can_divide());
}

TEST(Decimal, Counts) {
  EXPECT_EQ(d("2.0").count(), 2u);
  EXPECT_EQ(d("1e3").count(), 1000u);
  EXPECT_EQ(d("0").count(), 0u);
  EXPECT_EQ(d("1e400").count(), UINT64_MAX);
  EXPECT_EQ(d("18446744073709551615").count(), UINT64_MAX);
  EXPECT_EQ(d("99999999999999999999").count(), UINT64_MAX);
  EXPECT_FALSE(d("-1").count());
  EXPECT_FALSE(d("0.5").count());
}

TEST(Decimal, ExponentsAreBounded) {
  EXPECT_TRUE(Decimal::exponent_fits("1e1000000000"));
  EXPECT_TRUE(Decimal::exponent_fits("1E+5"));
  EXPECT_FALSE(Decimal::exponent_fits("1e1000000001"));
  EXPECT_FALSE(Decimal::exponent_fits("1e99999999999999999999"));
}

}  // namespace
}  // namespace ashlar::grammar
