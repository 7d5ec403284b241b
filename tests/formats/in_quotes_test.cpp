#include "formats/in_quotes.h"

#include <gtest/gtest.h>

namespace ashlar::formats {
namespace {

TEST(InQuotes, LeavesTextAlone) {
  EXPECT_EQ(in_quotes(""), "''");
  EXPECT_EQ(in_quotes("blk.0.attn_q.weight"), "'blk.0.attn_q.weight'");
  EXPECT_EQ(in_quotes("Grüße 🗿"), "'Grüße 🗿'");
}

TEST(InQuotes, ShortensWithoutCuttingACharacter) {
  EXPECT_EQ(in_quotes("abcdef", 6), "'abcdef'");
  EXPECT_EQ(in_quotes("abcdef", 5), "'abcde'…");
  EXPECT_EQ(in_quotes("abü", 3), "'ab'…");
  EXPECT_EQ(in_quotes(std::string(1 << 20, 'x')).size(), 80 + 2 + std::string("…").size());
}

TEST(InQuotes, NothingReachesTheTerminalButText) {
  EXPECT_EQ(in_quotes("a\x1b[2Jb\n\x7F"), "'a\uFFFD[2Jb\uFFFD\uFFFD'");
  EXPECT_EQ(in_quotes("\xC2\x9B"), "'\uFFFD'");  // the one-character form of ESC [
  EXPECT_EQ(in_quotes("x\xFFy"), "'x\uFFFDy'");
}

}  // namespace
}  // namespace ashlar::formats
