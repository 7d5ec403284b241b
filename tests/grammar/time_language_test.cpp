// That it has is_time()'s texts is format_language_test's; here, that it dies in time.
#include "grammar/time_language.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

std::size_t bytes_read(std::string_view text) {
  const auto language = time_language();
  StateId state = language->start();
  std::size_t bytes = 0;
  for (; bytes < text.size(); ++bytes) {
    state = *language->next(state, static_cast<std::uint8_t>(text[bytes]));
    if (state == kDead) break;
  }
  return bytes;
}

TEST(TimeLanguage, DiesAtTheByteThatNothingMends) {
  EXPECT_EQ(bytes_read("24:00"), 1u);
  EXPECT_EQ(bytes_read("23:60"), 3u);
  EXPECT_EQ(bytes_read("12:00:61"), 7u);
  EXPECT_EQ(bytes_read("12:00:00.Z"), 9u);
  EXPECT_EQ(bytes_read("12:00:00Z "), 9u);
  EXPECT_EQ(bytes_read("12:00:60Z"), 8u) << "UTC has none at noon";
  EXPECT_EQ(bytes_read("12:00:60+11:00"), 10u) << "but where it is +12:01 it is 23:59";
  EXPECT_EQ(bytes_read("12:00:60.5-11:59"), 16u);
}

TEST(TimeLanguage, ForgetsWhatMattersNoMore) {
  const auto language = time_language();
  const auto behind = [&](std::string_view text) {
    StateId state = language->start();
    for (const char byte : text) state = *language->next(state, static_cast<std::uint8_t>(byte));
    return state;
  };
  EXPECT_EQ(behind("11:22:33"), behind("00:00:00"));
  EXPECT_EQ(behind("23:59:60Z"), behind("01:02:03+04:05"));
}

}  // namespace
}  // namespace ashlar::grammar
