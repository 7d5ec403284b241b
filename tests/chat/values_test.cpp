// How values print, compare, add up and are looked into: Python's rules.
#include "tests/chat/rendering.h"

#include "chat/number_text.h"
#include "chat/repr.h"
#include "chat/search.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Repr, Floats) {
  const std::pair<double, const char*> cases[] = {
      {1, "1.0"},         {-0.0, "-0.0"},       {0.1, "0.1"},       {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},    {0.0001, "0.0001"},   {0.00001, "1e-05"}, {1.5e300, "1.5e+300"},
      {5e-324, "5e-324"}, {123.456, "123.456"}, {1e100, "1e+100"}};
  for (const auto& [value, shown] : cases) EXPECT_EQ(float_repr(value), shown);
}

TEST(Repr, Strings) {
  EXPECT_EQ(quote("a'b"), R"("a'b")");
  EXPECT_EQ(quote("a'b\"c"), R"('a\'b"c')");
  EXPECT_EQ(quote("\n\t\\\x01\x7fé\u200b😀"), R"('\n\t\\\x01\x7fé\u200b😀')");
}

TEST(Repr, Containers) {
  EXPECT_EQ(text("{{ [1, 'a', none, true, 1.5, (1,), {'k': []}] }}"),
            "[1, 'a', None, True, 1.5, (1,), {'k': []}]");
  EXPECT_EQ(text("{{ {'a': 1}.items() }}{{ {'a': 1}.keys() }}{{ range(2) }}"),
            "dict_items([('a', 1)])dict_keys(['a'])range(0, 2)");
  EXPECT_EQ(error_of("{{ [1]|map('abs') }}").kind, ErrorKind::unsupported);
}

TEST(Compare, NumbersAcrossTypes) {
  EXPECT_EQ(text("{{ 1 == 1.0, 1 == true, 0 == false, '1' == 1, none == 0 }}"),
            "(True, True, True, False, False)");
  EXPECT_EQ(text("{{ {1: 'a', 1.0: 'b', true: 'c'} }}"), "{1: 'c'}");
  EXPECT_EQ(error_of("{{ 1 < 'a' }}").message,
            "'<' not supported between instances of 'int' and 'str'");
}

TEST(Compare, Containers) {
  EXPECT_EQ(text("{{ [1, 2] == [1, 2.0], (1,) == [1], {'a': 1} == {'a': 1}, [1] < [1, 0] }}"),
            "(True, False, True, True)");
  EXPECT_EQ(error_of("{{ {[]: 1} }}").message, "unhashable type: 'list'");
}

TEST(Arithmetic, Integers) {
  EXPECT_EQ(text("{{ 7 // 2, -7 // 2, 7 % -3, -7 % 3, 2 ** 10, 2 ** -1, 7 / 2 }}"),
            "(3, -4, -2, 2, 1024, 0.5, 3.5)");
  EXPECT_EQ(error_of("{{ 1 // 0 }}").message, "integer division or modulo by zero");
  for (const char* source : {"{{ m + 1 }}", "{{ -m - 2 }}", "{{ m * 2 }}", "{{ 3 ** 60 }}",
                             "{{ (-m - 1) // -1 }}", "{{ -(-m - 1) }}", "{{ (-m - 1)|abs }}"})
    EXPECT_EQ(error_of(source, {{"m", INT64_MAX}}).kind, ErrorKind::unsupported) << source;
}

TEST(Arithmetic, Floats) {
  EXPECT_EQ(text("{{ 7.5 // 2, -7.5 // 2, -7.5 % 2, 0.1 + 0.2, 2.0 ** 0.5 }}"),
            "(3.0, -4.0, 0.5, 0.30000000000000004, 1.4142135623730951)");
  EXPECT_EQ(error_of("{{ 1.0 / 0 }}").message, "float division by zero");
}

TEST(Lookup, ItemsAttributesSlices) {
  const base::Json v = {{"s", "héllo"}, {"d", {{"items", 1}, {"a", 2}}}, {"l", {1, 2, 3, 4}}};
  EXPECT_EQ(text("{{ d['items'] }}{{ d.a }}{{ d.items() is iterable }}", v), "12True");
  EXPECT_EQ(text("{{ s[1] }}{{ s[-1] }}{{ s[1:3] }}{{ s[::-1] }}{{ s[9] }}", v), "éoélolléh");
  EXPECT_EQ(text("{{ l[1:-1], l[::-2], l[9:], l[-2:], l[:1] }}", v),
            "([2, 3], [4, 2], [], [3, 4], [1])");
  EXPECT_EQ(error_of("{{ l[::0] }}", v).message, "slice step cannot be zero");
}

TEST(Iterate, GeneratorsAreSpentOnce) {
  EXPECT_EQ(text("{% set g = [1, 2]|map('string') %}{{ g|first }}{{ g|join }}{{ g|join }}"), "12");
  EXPECT_EQ(text("{{ 'yes' if []|map('abs') else 'no' }}"), "yes");
  EXPECT_EQ(error_of("{{ [1]|map('abs')|length }}").message,
            "object of type 'generator' has no len()");
}

TEST(NumberText, ReadsAsPythonDoes) {
  EXPECT_EQ(*read_integer(" -1_000 ", 10), -1000);
  EXPECT_EQ(*read_integer("0xff", 0), 255);
  EXPECT_EQ(*read_integer("1__0", 10), std::nullopt);
  EXPECT_EQ(*read_integer("", 10), std::nullopt);
  EXPECT_EQ(*read_integer("+-1", 10), std::nullopt);
  EXPECT_EQ(read_integer("99999999999999999999", 10).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(read_float(" 1e3 "), 1000.0);
  EXPECT_EQ(read_float("-inf"), -HUGE_VAL);
  EXPECT_EQ(read_float("1e-999"), 0.0);
  EXPECT_EQ(read_float("1e999"), HUGE_VAL);
  EXPECT_EQ(read_float("0x10"), std::nullopt);
}

TEST(Search, FromBothEnds) {
  EXPECT_EQ(find_bytes("abcabc", "bc"), 1u);
  EXPECT_EQ(find_bytes("abcabc", "bc", 2), 4u);
  EXPECT_EQ(find_bytes("abc", "", 3), 3u);
  EXPECT_EQ(find_bytes("abc", "", 4), std::string_view::npos);
  EXPECT_EQ(find_last_bytes("abcabc", "bc"), 4u);
  EXPECT_EQ(find_last_bytes("aabaa", "aab"), 0u);
  EXPECT_EQ(find_last_bytes("abc", "x"), std::string_view::npos);
  for (const std::string_view text : {"abababa", "aaaa", "xabxabab"})
    for (const std::string_view part : {"a", "ab", "aba", "aa", "bab", "x", "abab"})
      EXPECT_EQ(find_last_bytes(text, part), text.rfind(part)) << text << " " << part;
}

TEST(Unicode, CaseThatChangesLength) {
  EXPECT_EQ(text("{{ 'straße'.upper() }}{{ 'ΑΣ ΣΑ'.lower() }}{{ 'ﬁn'.capitalize() }}"),
            "STRASSEας σαFin");
  EXPECT_EQ(byte_of_point("aé😀b", 2), 3u);
  EXPECT_EQ(count_points("aé😀b"), 4u);
}

}  // namespace
}  // namespace ashlar::chat
