#include "formats/quoted.h"

#include <gtest/gtest.h>

namespace ashlar::formats {
namespace {

TEST(Quoted, LeavesTextAlone) {
  EXPECT_EQ(quoted(""), "''");
  EXPECT_EQ(quoted("blk.0.attn_q.weight"), "'blk.0.attn_q.weight'");
  EXPECT_EQ(quoted("Grüße 🗿"), "'Grüße 🗿'");
}

TEST(Quoted, ShortensWithoutCuttingACharacter) {
  EXPECT_EQ(quoted("abcdef", 6), "'abcdef'");
  EXPECT_EQ(quoted("abcdef", 5), "'abcde'…");
  EXPECT_EQ(quoted("abü", 3), "'ab'…");
  EXPECT_EQ(quoted(std::string(1 << 20, 'x')).size(), 80 + 2 + std::string("…").size());
}

TEST(Quoted, NothingReachesTheTerminalButText) {
  EXPECT_EQ(quoted("a\x1b[2Jb\n\x7F"), "'a\uFFFD[2Jb\uFFFD\uFFFD'");
  EXPECT_EQ(quoted("\xC2\x9B"), "'\uFFFD'");  // the one-character form of ESC [
  EXPECT_EQ(quoted("x\xFFy"), "'x\uFFFDy'");
}

}  // namespace
}  // namespace ashlar::formats
