#include "engine/stop_strings.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace ashlar::engine {
namespace {

struct Outcome {
  std::string text;
  bool matched;
  bool operator==(const Outcome&) const = default;
};

Outcome stream(const std::vector<std::string>& stops, const std::vector<std::string>& pieces) {
  StopStrings matcher(stops);
  std::string text;
  for (const auto& piece : pieces) text += matcher.push(piece);
  text += matcher.finish();
  return {text, matcher.matched()};
}

TEST(StopStrings, TextEndsBeforeTheFirst) {
  EXPECT_EQ(stream({"END"}, {"one END two END"}), (Outcome{"one ", true}));
  EXPECT_EQ(stream({"b", "a"}, {"xyab"}), (Outcome{"xy", true}));
}

TEST(StopStrings, SayWhichMatched) {
  StopStrings matcher({"b", "ab", "c"});
  EXPECT_EQ(matcher.found(), std::nullopt);
  matcher.push("xabc");
  EXPECT_EQ(matcher.found(), "ab");  // of two that end together, the longest
}

TEST(StopStrings, MayLieAcrossPieces) {
  EXPECT_EQ(stream({"stop"}, {"a s", "t", "op b"}), (Outcome{"a ", true}));
}

TEST(StopStrings, WithoutAMatchNothingIsLost) {
  EXPECT_EQ(stream({"stop"}, {"a st", "ay sto"}), (Outcome{"a stay sto", false}));
  EXPECT_EQ(stream({}, {"a", "b"}), (Outcome{"ab", false}));
}

TEST(StopStrings, HoldBackOnlyWhatCouldBecomeOne) {
  StopStrings matcher({"<end>", "zzz"});
  EXPECT_EQ(matcher.push("hello <e"), "hello ");
  EXPECT_EQ(matcher.push("x"), "<ex");
  EXPECT_EQ(matcher.push("z"), "");
  EXPECT_EQ(matcher.push("zy"), "zzy");
}

TEST(StopStrings, AFalseStartMayHoldTheTrueOne) {
  EXPECT_EQ(stream({"aab"}, {"a", "a", "a", "b"}), (Outcome{"a", true}));
}

TEST(StopStrings, TheFirstToBeCompleteWins) {
  EXPECT_EQ(stream({"abcd", "bc"}, {"abcd"}), (Outcome{"a", true}));
  EXPECT_EQ(stream({"bc", "abc"}, {"xabc"}), (Outcome{"x", true})) << "of two that end together";
}

TEST(StopStrings, NothingComesAfterAMatch) {
  StopStrings matcher({"!"});
  EXPECT_EQ(matcher.push("a!b"), "a");
  EXPECT_EQ(matcher.push("more"), "");
  EXPECT_EQ(matcher.finish(), "");
}

// By definition: the shortest beginning of the whole text that ends with a stop string.
Outcome naive(const std::vector<std::string>& stops, const std::string& text) {
  for (std::size_t end = 1; end <= text.size(); ++end) {
    std::size_t longest = 0;
    for (const auto& stop : stops)
      if (std::string_view(text).substr(0, end).ends_with(stop))
        longest = std::max(longest, stop.size());
    if (longest) return {text.substr(0, end - longest), true};
  }
  return {text, false};
}

RC_GTEST_PROP(StopStrings, EqualNaiveSearchHoweverTheTextIsCut, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")));
  const auto stops = *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(letters));
  const auto pieces = *rc::gen::container<std::vector<std::string>>(letters);
  std::string text;
  for (const auto& piece : pieces) text += piece;
  RC_ASSERT(stream(stops, pieces) == naive(stops, text));
}

RC_GTEST_PROP(StopStrings, WhatIsHeldBackBeginsAStop, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
  const auto stop = *rc::gen::nonEmpty(letters);
  const auto text = *letters;
  StopStrings matcher({stop});
  const std::string given = matcher.push(text);
  if (!matcher.matched()) RC_ASSERT(stop.starts_with(text.substr(given.size())));
}

}  // namespace
}  // namespace ashlar::engine
