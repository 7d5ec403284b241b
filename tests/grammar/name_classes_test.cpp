#include "grammar/name_classes.h"

#include <gtest/gtest.h>

#include "grammar/text_language.h"

namespace ashlar::grammar {
namespace {

using Bits = NameClasses::Bits;

NameClasses classes(const std::vector<std::string>& patterns) {
  std::vector<NameClasses::Test> tests;
  for (const std::string& pattern : patterns) tests.push_back({pattern_language(pattern).value()});
  return NameClasses(std::move(tests));
}

TEST(NameClasses, AreWhichTestsANamePasses) {
  auto two = classes({"^x", "y$"});
  EXPECT_EQ(two.bits_of("").value(), (Bits{false, false}));
  EXPECT_EQ(two.bits_of("xa").value(), (Bits{true, false}));
  EXPECT_EQ(two.bits_of("xéy").value(), (Bits{true, true}));
  EXPECT_EQ(two.bits_of("\xFF").error().kind, ErrorKind::bad_input);
}

TEST(NameClasses, KnowWhichCanStillBeReached) {
  auto two = classes({"^x", "^y"});
  EXPECT_EQ((*two.reachable(two.start()).value()).size(), 3u);  // no name begins with both
  const StateId behind_x = two.next(two.start(), 'x').value();
  EXPECT_EQ(*two.reachable(behind_x).value(), (std::vector<Bits>{{true, false}}));
}

TEST(NameClasses, WithoutTestsAreOne) {
  auto none = classes({});
  EXPECT_EQ((*none.reachable(none.start()).value()).size(), 1u);
  const StateId half = none.next(none.start(), 0xC3).value();
  EXPECT_FALSE(none.is_whole(half));
  EXPECT_TRUE(none.is_whole(none.next(half, 0xA9).value()));
}

}  // namespace
}  // namespace ashlar::grammar
