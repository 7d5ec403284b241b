#include "tokenizer/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

Result<Ranges> matches(std::string_view expression, std::string_view text) {
  ASHLAR_ASSIGN(const auto regex, Regex::compile(expression, "f: /r"));
  Ranges ranges;
  ASHLAR_TRY(regex->each_match(text, [&](TextRange range) -> Status {
    ranges.emplace_back(range.begin, range.end);
    return {};
  }));
  return ranges;
}

TEST(Regex, FindsMatchesInOrder) {
  EXPECT_THAT(*matches("[ab]+", "xaabxb"), ElementsAre(Pair(1, 4), Pair(5, 6)));
  EXPECT_THAT(*matches(R"(\p{L}+)", "é1ж"), ElementsAre(Pair(0, 2), Pair(3, 5)));
  EXPECT_THAT(*matches(R"(\s+(?!\S))", "a  b "), ElementsAre(Pair(1, 2), Pair(4, 5)));
  EXPECT_THAT(*matches("a", ""), ElementsAre());
}

TEST(Regex, AnEmptyMatchRightBehindAnotherIsNone) {
  EXPECT_THAT(*matches("x*", "axé"), ElementsAre(Pair(0, 0), Pair(1, 2), Pair(4, 4)));
}

TEST(Regex, WhatIsFoundMayEndTheSearch) {
  const auto regex = Regex::compile("a", "f");
  const Status status = (*regex)->each_match(
      "aa", [](TextRange) -> Status { return fail(ErrorKind::cancelled, "enough"); });
  EXPECT_EQ(status.error().kind, ErrorKind::cancelled);
}

TEST(Regex, GivesOutInsteadOfHanging) {
  const auto found = matches("(a+a+)+b", std::string(64, 'a') + "cb");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::exhausted);
  EXPECT_EQ(found.error().where, "text, byte 0");
}

TEST(Regex, NeedsNoMoreThanTheStackThatItAsksFor) {
  const auto found = matches("(?:a|b)+c", std::string(1 << 20, 'a') + "c");
  if (!found)
    EXPECT_EQ(found.error().kind, ErrorKind::exhausted);
  else
    EXPECT_EQ(found->size(), 1u);
}

TEST(Regex, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad : {"(a", "[a", "a**", R"(\p{Nonsense})", R"((?<=a*)b)", "a{99999999}"}) {
    const auto regex = Regex::compile(bad, "f: /r");
    ASSERT_FALSE(regex) << bad;
    EXPECT_EQ(regex.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(regex.error().where, "f: /r");
  }
  EXPECT_EQ(Regex::compile(std::string(20'000, 'a'), "f").error().kind, ErrorKind::too_large);
  EXPECT_FALSE(Regex::compile(std::string(2'000, '(') + std::string(2'000, ')'), "f"));
}

}  // namespace
}  // namespace ashlar::tokenizer
