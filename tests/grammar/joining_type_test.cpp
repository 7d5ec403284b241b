// How letters join.
#include "grammar/joining_type.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(JoiningTypes, OfSomeLetters) {
  EXPECT_EQ(joining_type(0x628), JoiningType::dual);         // beh
  EXPECT_EQ(joining_type(0x627), JoiningType::right);        // alef
  EXPECT_EQ(joining_type(0xA872), JoiningType::left);        // phags-pa superfixed ra
  EXPECT_EQ(joining_type(0x64B), JoiningType::transparent);  // fathatan
  EXPECT_EQ(joining_type('a'), JoiningType::none);
}

}  // namespace
}  // namespace ashlar::grammar
