#include "grammar/code_set.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(CodeSet, JoinsWhatTouches) {
  CodeSet set{{'d', 'f'}, {'a', 'b'}};
  set.add({'c', 'c'});
  EXPECT_EQ(set.ranges(), (std::vector<CodeRange>{{'a', 'f'}}));
  set.add({'h', 'z'});
  set.add({'e', 'k'});
  EXPECT_EQ(set.ranges(), (std::vector<CodeRange>{{'a', 'z'}}));
  set.add({'0', '0'});
  EXPECT_EQ(set.ranges(), (std::vector<CodeRange>{{'0', '0'}, {'a', 'z'}}));
}

TEST(CodeSet, TheComplementHasTheRest) {
  const CodeSet set{{0, 5}, {10, kLastCodePoint}};
  EXPECT_EQ(set.complement().ranges(), (std::vector<CodeRange>{{6, 9}}));
  EXPECT_EQ(set.complement().complement().ranges(), set.ranges());
  EXPECT_TRUE(CodeSet({{0, kLastCodePoint}}).complement().empty());
}

TEST(CodeSet, KnowsUnicodesCategories) {
  const auto letters = unicode_property("L");
  ASSERT_TRUE(letters);
  for (const char32_t c : {U'a', U'Z', U'é', U'Ж', U'漢', U'ª'}) EXPECT_TRUE(letters->contains(c));
  for (const char32_t c : {U'1', U' ', U'_', U'½', U'😀'}) EXPECT_FALSE(letters->contains(c));
  EXPECT_EQ(unicode_property("Letter")->ranges(), letters->ranges());
  EXPECT_EQ(unicode_property("gc=Lu")->contains('A'), true);
  EXPECT_EQ(unicode_property("Lu")->contains('a'), false);
  EXPECT_TRUE(unicode_property("LC")->contains(U'ǅ'));
  EXPECT_FALSE(unicode_property("Cased_Letter")->contains(U'漢'));
  EXPECT_FALSE(unicode_property("Assigned")->contains(0x0378));
  EXPECT_TRUE(unicode_property("Script=Cyrillic")->contains(U'Ж'));
  EXPECT_FALSE(unicode_property("Klingon"));
}

}  // namespace
}  // namespace ashlar::grammar
