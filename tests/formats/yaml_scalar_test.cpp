// The core schema of YAML 1.2, section 10.3.2.
#include "formats/yaml_scalar.h"

#include <gtest/gtest.h>

namespace ashlar::formats {
namespace {

using base::Json;

TEST(YamlScalar, NullsAndBooleans) {
  for (const char* text : {"", "~", "null", "Null", "NULL"})
    EXPECT_TRUE(resolve_yaml_scalar(text).value().is_null()) << text;
  for (const char* text : {"true", "True", "TRUE"})
    EXPECT_EQ(resolve_yaml_scalar(text).value(), true) << text;
  for (const char* text : {"false", "False", "FALSE"})
    EXPECT_EQ(resolve_yaml_scalar(text).value(), false) << text;
}

TEST(YamlScalar, Integers) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"0", 0},   {"-0", 0},    {"+12", 12},  {"-19", -19},  {"010", 10},
      {"0o7", 7}, {"0o14", 12}, {"0x3A", 58}, {"0xff", 255}, {"-9223372036854775808", INT64_MIN}};
  for (const auto& [text, number] : cases) {
    const Json value = resolve_yaml_scalar(text).value();
    EXPECT_TRUE(value.is_number_integer()) << text;
    EXPECT_EQ(value, number) << text;
    EXPECT_EQ(value.is_number_unsigned(), number >= 0) << text;
  }
  EXPECT_EQ(resolve_yaml_scalar("18446744073709551615").value(), UINT64_MAX);
}

TEST(YamlScalar, Numbers) {
  const std::pair<const char*, double> cases[] = {
      {"0.", 0},        {"-0.0", -0.0},     {".5", 0.5},    {"+12e03", 12000},
      {"-2E+05", -2e5}, {"1.5e-3", 1.5e-3}, {"+.25", 0.25}, {"3.", 3}};
  for (const auto& [text, number] : cases) {
    const Json value = resolve_yaml_scalar(text).value();
    EXPECT_TRUE(value.is_number_float()) << text;
    EXPECT_EQ(value, number) << text;
  }
}

TEST(YamlScalar, TheRestIsText) {
  for (const char* text :
       {"yes", "no",    "on",         "off",  "Yes", "tRUE", "nULL", "1_000", "1:30", "0b11",
        "0x",  "0o8",   "0xg",        "-0x1", ".",   "-",    "+",    "1e",    "1e+",  "e5",
        ".e5", "1.2.3", "2024-05-01", "inf",  "NaN", "1 2",  "١",    "--1",   "<<"})
    EXPECT_EQ(resolve_yaml_scalar(text).value(), text) << text;
}

TEST(YamlScalar, WhatJsonCantHoldIsRefused) {
  for (const char* text : {".inf", "-.INF", "+.Inf", ".nan", ".NaN", "18446744073709551616",
                           "-9223372036854775809", "0x10000000000000000"})
    EXPECT_EQ(resolve_yaml_scalar(text).error().kind, ErrorKind::unsupported) << text;
  for (const char* text : {"1e400", "-1.0e99999999999"})
    EXPECT_EQ(resolve_yaml_scalar(text).error().kind, ErrorKind::too_large) << text;
}

}  // namespace
}  // namespace ashlar::formats
