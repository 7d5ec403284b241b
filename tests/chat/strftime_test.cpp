#include "chat/strftime.h"

#include <gtest/gtest.h>

#include <array>
#include <ctime>

namespace ashlar::chat {
namespace {

std::string formatted(std::string_view format, std::time_t seconds) {
  const auto text = format_time(format, std::chrono::system_clock::from_time_t(seconds));
  return text ? *text : text.error().line();
}

// The C library, in its "C" locale, is the reference.
TEST(Strftime, EveryDirectiveAsTheCLibrary) {
  const std::string_view letters = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyY%P";
  for (std::time_t at = 86'400 * 365; at < 4'000'000'000; at += 86'400 * 9 + 3'607) {
    std::tm local{};
    localtime_r(&at, &local);
    for (const char letter : letters) {
      const std::string format{'%', letter};
      std::array<char, 100> expected{};
      std::strftime(expected.data(), expected.size(), format.c_str(), &local);
      ASSERT_EQ(formatted(format, at), expected.data()) << format << " at " << at;
    }
  }
}

TEST(Strftime, FlagsAndFractions) {
  const auto time = std::chrono::system_clock::from_time_t(0) + std::chrono::microseconds(1234);
  EXPECT_EQ(*format_time("%f", time), "001234");
  std::tm march{};
  march.tm_year = 125;
  march.tm_mon = 2;
  march.tm_mday = 5;
  march.tm_hour = 7;
  march.tm_isdst = -1;
  EXPECT_EQ(formatted("%-d %_d %0e %^a %-I %Z%z|", std::mktime(&march)), "5  5 05 WED 7 |");
}

TEST(Strftime, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(format_time("%Q", {}).error().message, "the directive %Q in strftime_now");
  EXPECT_EQ(*format_time("100%", {}), "100%");
}

}  // namespace
}  // namespace ashlar::chat
