#include "chat/repr.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Repr, Floats) {
  const std::pair<double, const char*> cases[] = {
      {1, "1.0"},         {-0.0, "-0.0"},       {0.1, "0.1"},       {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},    {0.0001, "0.0001"},   {0.00001, "1e-05"}, {1.5e300, "1.5e+300"},
      {5e-324, "5e-324"}, {123.456, "123.456"}, {1e100, "1e+100"},  {-12.5, "-12.5"}};
  for (const auto& [value, shown] : cases) EXPECT_EQ(float_repr(value), shown);
  EXPECT_EQ(float_repr(HUGE_VAL), "inf");
  EXPECT_EQ(float_repr(-HUGE_VAL), "-inf");
  EXPECT_EQ(float_repr(NAN), "nan");
}

RC_GTEST_PROP(Repr, FloatsReadBackTheSame, (double value)) {
  const std::string shown = float_repr(value);
  double read = 0;
  std::from_chars(shown.data(), shown.data() + shown.size(), read);
  RC_ASSERT(read == value);
  RC_ASSERT(shown.find_first_of(".e") != std::string::npos);
}

TEST(Repr, Strings) {
  EXPECT_EQ(quote(""), "''");
  EXPECT_EQ(quote("a'b"), R"("a'b")");
  EXPECT_EQ(quote("a'b\"c"), R"('a\'b"c')");
  EXPECT_EQ(quote("\n\t\r\\\x01\x7fé\u200b\u00a0😀"), R"('\n\t\r\\\x01\x7fé\u200b\xa0😀')");
  EXPECT_EQ(quote("\U000e0001"), R"('\U000e0001')");
}

TEST(Repr, Containers) {
  EXPECT_EQ(text("{{ [1, 'a', none, true, 1.5, (1,), (), {'k': []}] }}"),
            "[1, 'a', None, True, 1.5, (1,), (), {'k': []}]");
  EXPECT_EQ(text("{{ {'a': 1}.items() }}{{ {'a': 1}.keys() }}{{ {'a': 1}.values() }}"),
            "dict_items([('a', 1)])dict_keys(['a'])dict_values([1])");
  EXPECT_EQ(text("{{ range(2) }}{{ range(5, 1, -2) }}"), "range(0, 2)range(5, 1, -2)");
  EXPECT_EQ(text("{{ [x] }}{{ ['<'|safe] }}"), "[Undefined][Markup('<')]");
  EXPECT_EQ(text("{% macro m() %}{% endmacro %}{{ m }}{{ namespace(a='b') }}"),
            "<Macro 'm'><Namespace {'a': 'b'}>");
}

TEST(Repr, WhatHasNoTextOfItsOwnIsRefused) {
  EXPECT_EQ(error_of("{{ [1]|map('abs') }}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ [1]|map('abs') }}").mend, "add `|list` to see its items");
  EXPECT_EQ(error_of("{{ range }}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ ['a'.upper] }}").kind, ErrorKind::unsupported);
}

TEST(Str, OfAStringIsTheStringItself) {
  EXPECT_EQ(text("{{ 'a' }}{{ none }}{{ x }}{{ 1.0 }}{{ true }}"), "aNone1.0True");
}

}  // namespace
}  // namespace ashlar::chat
