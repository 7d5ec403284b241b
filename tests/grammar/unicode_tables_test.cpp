#include "grammar/unicode_tables.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(UnicodeTables, KnowScripts) {
  for (const char* name : {"Script=Greek", "sc=Grek", "Script_Extensions=Greek", "scx=Grek"}) {
    const auto greek = tabled_property(name);
    ASSERT_TRUE(greek) << name;
    for (const char32_t c : {U'α', U'Ω', U'ἀ'}) EXPECT_TRUE(greek->contains(c)) << name;
    for (const char32_t c : {U'a', U'Ж', U' ', U'\U0001F600'}) EXPECT_FALSE(greek->contains(c));
  }
  EXPECT_TRUE(tabled_property("sc=Han")->contains(U'漢'));
  EXPECT_TRUE(tabled_property("sc=Han")->contains(U'\U00020000'));
  EXPECT_GT(tabled_property("scx=Han")->ranges().size(),
            tabled_property("sc=Han")->ranges().size());
}

TEST(UnicodeTables, KnowWhatIsTrueOrFalse) {
  EXPECT_TRUE(tabled_property("Alphabetic")->contains(U'é'));
  EXPECT_FALSE(tabled_property("Alpha")->contains(U'1'));
  EXPECT_TRUE(tabled_property("White_Space")->contains(0x3000));
  EXPECT_TRUE(tabled_property("Emoji")->contains(U'😀'));
  EXPECT_EQ(tabled_property("ASCII_Hex_Digit")->ranges(),
            (std::vector<CodeRange>{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}));
}

TEST(UnicodeTables, KnowNoOtherNames) {
  for (const char* name : {"Greek", "Script=", "Script=Klingon", "sc=L}|.", "Nonsense", "", "L"})
    EXPECT_FALSE(tabled_property(name)) << name;
}

}  // namespace
}  // namespace ashlar::grammar
