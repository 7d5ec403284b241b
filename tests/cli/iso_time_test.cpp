#include "cli/iso_time.h"

#include <gtest/gtest.h>

#include <ctime>

namespace ashlar::cli {
namespace {

std::string shown(const base::Json& json) {
  const auto time = time_of(json, "/now");
  if (!time) return time.error().where;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(*time);
  std::tm local{};
  localtime_r(&seconds, &local);
  char buffer[40];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &local);
  return buffer;
}

TEST(IsoTime, IsLocalTime) {
  EXPECT_EQ(shown("2025-07-10T12:00:00"), "2025-07-10 12:00:00");
  EXPECT_EQ(shown("2025-07-10 12:34"), "2025-07-10 12:34:00");
  EXPECT_EQ(shown("2024-02-29"), "2024-02-29 00:00:00");
}

TEST(IsoTime, NumbersAreSecondsSince1970) {
  using namespace std::chrono;
  EXPECT_EQ(time_of(1.5, "")->time_since_epoch(), milliseconds(1500));
  EXPECT_EQ(time_of(-1, "")->time_since_epoch(), seconds(-1));
}

TEST(IsoTime, KeepsFractions) {
  const auto time = time_of("2025-07-10T12:00:00.25", "");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->time_since_epoch() % std::chrono::seconds(1), std::chrono::milliseconds(250));
}

TEST(IsoTime, WhatIsNoDateIsPointedAt) {
  for (const base::Json& wrong : std::initializer_list<base::Json>{
           "", "now", "2025-7-1", "2025-02-30", "2025-07-10T25:00:00", "2025-07-10T12:00:00Z",
           "2025-07-10X12:00", "2025-07-10T12:00:00.", nullptr, true, 1e300})
    EXPECT_EQ(shown(wrong), "/now") << wrong;
}

}  // namespace
}  // namespace ashlar::cli
