#include "chat/compare.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Equal, NumbersAcrossTypes) {
  EXPECT_EQ(text("{{ 1 == 1.0, 1 == true, 0 == false, '1' == 1, none == 0 }}"),
            "(True, True, True, False, False)");
  EXPECT_EQ(
      text("{{ 9007199254740993 == 9007199254740992, 9007199254740993 == 9007199254740992.0 }}"),
      "(False, True)");
}

TEST(Equal, ContainersByTheirItems) {
  EXPECT_EQ(text("{{ [1, 2] == [1, 2.0], (1,) == [1], {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }}"),
            "(True, False, True)");
  EXPECT_EQ(text("{{ {'a': 1} == {'a': 2}, {'a': 1} == {'b': 1}, [1] == [1, 2], [] != () }}"),
            "(False, False, False, True)");
}

TEST(Equal, ObjectsByIdentity) {
  EXPECT_EQ(text("{% set a = namespace() %}{{ a == a, a == namespace(), x == y, range == range }}"),
            "(True, False, True, True)");
}

TEST(Less, OrdersNumbersStringsAndSequences) {
  EXPECT_EQ(text("{{ 1 < 1.5, 'a' < 'b', 'Z' < 'a', 'é' > 'z', [1] < [1, 0], (1, 2) < (1, 3) }}"),
            "(True, True, True, True, True, True)");
  EXPECT_EQ(text("{{ 2 <= 2, 2 >= 3, 'a' <= 'a' }}"), "(True, False, True)");
  EXPECT_EQ(text("{% set n = 'nan'|float %}{{ n < 1, n >= 1, n <= n, n == n }}"),
            "(False, False, False, False)");
}

TEST(Less, WhatHasNoOrderIsAnError) {
  EXPECT_EQ(error_of("{{ 1 < 'a' }}").message,
            "'<' not supported between instances of 'int' and 'str'");
  EXPECT_EQ(error_of("{{ {} < {} }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ x < 1 }}").message, "'x' is undefined");
}

TEST(Contains, EveryContainer) {
  EXPECT_EQ(
      text("{{ 'b' in 'abc', '' in '', 1 in [1], 'k' in {'k': 1}, 2 in range(3), 3 in (3,) }}"),
      "(True, True, True, True, True, True)");
  EXPECT_EQ(text("{{ 1 in {'k': 1}, 'x' in x, 1 in [true], 5 not in [] }}"),
            "(False, False, True, True)");
  EXPECT_EQ(error_of("{{ 1 in 'a' }}").message,
            "'in <string>' requires string as left operand, not int");
  EXPECT_EQ(error_of("{{ 1 in none }}").message, "argument of type 'NoneType' is not iterable");
}

RC_GTEST_PROP(SortByKeys, IsStdStableSort, (const std::vector<std::int64_t>& numbers, bool down)) {
  Meter meter{{}};
  List keys;
  for (const std::int64_t number : numbers) keys.emplace_back(number % 8);
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<std::size_t> expected = order;
  std::ranges::stable_sort(expected, [&](std::size_t a, std::size_t b) {
    const auto left = keys[a].as<std::int64_t>(), right = keys[b].as<std::int64_t>();
    return down ? right < left : left < right;
  });
  RC_ASSERT(sort_by_keys(meter, order, keys, down).has_value());
  RC_ASSERT(order == expected);
}

TEST(SortByKeys, StopsAtAnError) {
  Meter meter{{}};
  std::vector<std::size_t> order{0, 1};
  EXPECT_FALSE(sort_by_keys(meter, order, {Value(std::int64_t{1}), Value(Text("a"))}, false));
}

}  // namespace
}  // namespace ashlar::chat
