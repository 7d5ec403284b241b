#include "chat/lookup.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

const base::Json kValues = {
    {"s", "héllo"}, {"d", {{"items", 1}, {"a", {{"b", {7, 8}}}}}}, {"l", {1, 2, 3, 4}}};

TEST(Lookup, ADotPrefersTheAttributeABracketTheItem) {
  EXPECT_EQ(
      text("{{ d['items'] }}{{ d.items() is iterable }}{{ d.a.b[1] }}{{ d['a'].b.0 }}", kValues),
      "1True87");
}

TEST(Lookup, StringsAreIndexedByCharacter) {
  EXPECT_EQ(text("{{ s[1] }}{{ s[-1] }}{{ s[9] }}{{ s[true] }}", kValues), "éoé");
}

TEST(Lookup, WhatIsAbsentIsUndefined) {
  EXPECT_EQ(text("[{{ l[9] }}{{ l['x'] }}{{ d.zz }}{{ d[l] }}{{ s.zz }}]", kValues), "[]");
  EXPECT_EQ(error_of("{{ l[9].x }}", kValues).message, "list object has no element 9");
  EXPECT_EQ(error_of("{{ s.zz.x }}", kValues).message, "'str object' has no attribute 'zz'");
}

TEST(Slice, BoundsMayBeMissingNegativeOrFar) {
  EXPECT_EQ(text("{{ s[1:3] }}|{{ s[::-1] }}|{{ s[-2:] }}|{{ s[9:] }}|{{ s[::2] }}", kValues),
            "él|olléh|lo||hlo");
  EXPECT_EQ(text("{{ l[1:-1], l[::-2], l[9:], l[:1], l[3:0:-1], l[-99:99] }}", kValues),
            "([2, 3], [4, 2], [], [1], [4, 3, 2], [1, 2, 3, 4])");
  EXPECT_EQ(text("{{ (1, 2, 3)[1:] }}"), "(2, 3)");
  EXPECT_EQ(text("{{ l[m:], l[:m:m], l[::-m] }}", {{"l", {1, 2}}, {"m", INT64_MAX}}),
            "([], [1], [2])");
}

TEST(Slice, Errors) {
  EXPECT_EQ(error_of("{{ l[::0] }}", kValues).message, "slice step cannot be zero");
  EXPECT_EQ(error_of("{{ l['a':] }}", kValues).kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ d[1:] }}", kValues).message, "'dict' object is not subscriptable");
  EXPECT_EQ(error_of("{{ x[1:] }}").message, "'x' is undefined");
  EXPECT_EQ(error_of("{{ range(3)[1:] }}").kind, ErrorKind::unsupported);
}

// Python's definition: the indexes start, start + step, … before stop.
RC_GTEST_PROP(Slice, TakesEveryStepthItem, ()) {
  const auto bound = rc::gen::inRange(-8, 9);
  const int start = *bound, stop = *bound;
  const int step = *rc::gen::distinctFrom(rc::gen::inRange(-3, 4), 0);
  const int size = *rc::gen::inRange(0, 7);
  base::Json list = base::Json::array();
  for (int i = 0; i < size; ++i) list.push_back(i);
  const auto clamp = [&](int at) {
    if (at < 0) at += size;
    return std::clamp(at, step < 0 ? -1 : 0, step < 0 ? size - 1 : size);
  };
  std::string expected;
  for (int i = clamp(start); step > 0 ? i < clamp(stop) : i > clamp(stop); i += step)
    expected += std::to_string(i);
  RC_ASSERT(text("{{ l[a:b:c]|join }}", {{"l", list}, {"a", start}, {"b", stop}, {"c", step}}) ==
            expected);
}

TEST(Path, GoesThroughDotsAndDigits) {
  EXPECT_EQ(text("{{ [d]|map(attribute='a.b.1')|join }}", kValues), "8");
  EXPECT_EQ(text("{{ [l]|map(attribute=2)|join }}", kValues), "3");
}

TEST(Attributes, OfGroupsLoopsAndCyclers) {
  EXPECT_EQ(text("{% for g in [{'k': 1}]|groupby('k') %}{{ g.grouper }}{{ g.list }}{% endfor %}"),
            "1[{'k': 1}]");
  EXPECT_EQ(text("{% for x in [1] %}{{ loop.nope is defined }}{{ loop['index'] }}{% endfor %}"),
            "False1");
}

}  // namespace
}  // namespace ashlar::chat
