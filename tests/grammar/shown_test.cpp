// Long texts are cut between code points.
#include "grammar/shown.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(Shown, CutsBetweenCodePoints) {
  EXPECT_EQ(shown("short"), "short");
  EXPECT_EQ(shown(std::string(80, 'a')), std::string(80, 'a'));
  EXPECT_EQ(shown(std::string(81, 'a')), std::string(80, 'a') + "…");
  EXPECT_EQ(shown(std::string(79, 'a') + "éé"), std::string(79, 'a') + "…");
}

}  // namespace
}  // namespace ashlar::grammar
