#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace ashlar::cli {
namespace {

TEST(Harmless, ControlCharactersBecomeVisible) {
  EXPECT_EQ(harmless("plain\n\ttext"), "plain\n\ttext");
  EXPECT_EQ(harmless("\x1b[2J"), "␛[2J");
  EXPECT_EQ(harmless("a\rb\x7f"), "a␍b␡");
  EXPECT_EQ(harmless("\xc2\x9b"), "\xef\xbf\xbd") << "C1 drives terminals too";
  EXPECT_EQ(harmless("a\x9b"
                     "2J"),
            "a\xef\xbf\xbd"
            "2J")
      << "an 8-bit terminal takes it raw";
  EXPECT_EQ(harmless("é 🦊"), "é 🦊");
}

}  // namespace
}  // namespace ashlar::cli
