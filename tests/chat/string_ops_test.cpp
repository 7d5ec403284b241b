#include "chat/string_ops.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ashlar::chat {
namespace {

class StringOps : public ::testing::Test {
 protected:
  Meter meter{{}};

  std::vector<std::string> strings(const Result<List>& list) {
    std::vector<std::string> out;
    if (!list) return {list.error().message};
    for (const Value& item : *list) out.emplace_back(item.get<Text>()->view());
    return out;
  }
  std::string split_at(std::string text, std::string separator, std::int64_t most = -1) {
    std::string out;
    for (const std::string& piece : strings(split(meter, Text(text), Text(separator), most)))
      out += "<" + piece + ">";
    return out;
  }
  std::string words(std::string text, std::int64_t most = -1) {
    std::string out;
    for (const std::string& piece : strings(split(meter, Text(text), std::nullopt, most)))
      out += "<" + piece + ">";
    return out;
  }
  std::string words_right(std::string text, std::int64_t most) {
    std::string out;
    for (const std::string& piece : strings(split_right(meter, Text(text), std::nullopt, most)))
      out += "<" + piece + ">";
    return out;
  }
};

TEST_F(StringOps, StripTakesWhiteSpaceOrTheGivenCharacters) {
  EXPECT_EQ(strip(meter, Text(" \t\u00a0a \n"), std::nullopt, true, true)->view(), "a");
  EXPECT_EQ(strip(meter, Text(" a "), std::nullopt, true, false)->view(), "a ");
  EXPECT_EQ(strip(meter, Text(" a "), std::nullopt, false, true)->view(), " a");
  EXPECT_EQ(strip(meter, Text("éxéaéx"), Text("xé"), true, true)->view(), "a");
  EXPECT_EQ(strip(meter, Text("è"), Text("é"), true, true)->view(), "è");  // not byte by byte
  EXPECT_EQ(strip(meter, Text("   "), std::nullopt, true, true)->view(), "");
}

TEST_F(StringOps, SplitAtASeparator) {
  EXPECT_EQ(split_at("a,b,,c", ","), "<a><b><><c>");
  EXPECT_EQ(split_at("a,b,c", ",", 1), "<a><b,c>");
  EXPECT_EQ(split_at("a,b", ",", 0), "<a,b>");
  EXPECT_EQ(split_at("", ","), "<>");
  EXPECT_EQ(split_at("a--b", "--"), "<a><b>");
  EXPECT_EQ(split_at("a", ""), "<empty separator>");
}

TEST_F(StringOps, SplitAtWhiteSpace) {
  EXPECT_EQ(words("  a \n b  "), "<a><b>");
  EXPECT_EQ(words("   "), "");
  EXPECT_EQ(words(" a b c ", 1), "<a><b c >");
  EXPECT_EQ(words(" a b ", 0), "<a b >");
  EXPECT_EQ(words_right(" a b c ", 1), "< a b><c>");
  EXPECT_EQ(words_right(" a b ", -1), "<a><b>");
  EXPECT_EQ(words_right("  ", 0), "");
}

TEST_F(StringOps, SplitLinesKnowsEveryBreak) {
  EXPECT_EQ(strings(split_lines(meter,
                                Text("a\nb\r\nc\rd\x0b"
                                     "e\u2028f\n"),
                                false)),
            (std::vector<std::string>{"a", "b", "c", "d", "e", "f"}));
  EXPECT_EQ(strings(split_lines(meter, Text("a\r\n\nb"), true)),
            (std::vector<std::string>{"a\r\n", "\n", "b"}));
  EXPECT_TRUE(split_lines(meter, Text(), false)->empty());
}

TEST_F(StringOps, Replace) {
  const auto replaced = [&](const char* text, const char* from, const char* to, int count) {
    return std::string(replace(meter, Text(text), Text(from), Text(to), count)->view());
  };
  EXPECT_EQ(replaced("aaa", "a", "b", -1), "bbb");
  EXPECT_EQ(replaced("aaa", "a", "b", 2), "bba");
  EXPECT_EQ(replaced("aaa", "aa", "b", -1), "ba");
  EXPECT_EQ(replaced("aé", "", "-", -1), "-a-é-");
  EXPECT_EQ(replaced("ab", "", "-", 2), "-a-b");
  EXPECT_EQ(replaced("", "", "-", -1), "-");
  EXPECT_EQ(replaced("abc", "x", "y", -1), "abc");
}

TEST_F(StringOps, PadCountsCharacters) {
  EXPECT_EQ(pad(meter, Text("é"), 3, Text("*"), 1)->view(), "é**");
  EXPECT_EQ(pad(meter, Text("é"), 3, Text("*"), -1)->view(), "**é");
  EXPECT_EQ(pad(meter, Text("ab"), 5, Text("*"), 0)->view(), "**ab*");
  EXPECT_EQ(pad(meter, Text("abc"), 6, Text("*"), 0)->view(), "*abc**");
  EXPECT_EQ(pad(meter, Text("abc"), 2, Text("*"), 0)->view(), "abc");
  EXPECT_FALSE(pad(meter, Text("a"), 3, Text("ab"), 0));
}

TEST_F(StringOps, Case) {
  EXPECT_EQ(to_upper(meter, Text("aß"))->view(), "ASS");
  EXPECT_EQ(to_lower(meter, Text("ΑΣ"))->view(), "ας");
  EXPECT_EQ(swap_case(meter, Text("aB"))->view(), "Ab");
  EXPECT_EQ(title(meter, Text("they're x1y"))->view(), "They'Re X1Y");
  EXPECT_EQ(title_words(meter, Text("they're x-y (z"))->view(), "They're X-Y (Z");
  EXPECT_EQ(capitalize(meter, Text("ÀB"))->view(), "Àb");
}

TEST_F(StringOps, MarkupStaysMarkup) {
  const Text markup = Text(" a ").with_markup(true);
  EXPECT_TRUE(to_upper(meter, markup)->markup());
  EXPECT_TRUE(strip(meter, markup, std::nullopt, true, true)->markup());
  EXPECT_TRUE(replace(meter, markup, Text("a"), Text("b"), -1)->markup());
}

std::string ascii() {
  return *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,")));
}

RC_GTEST_FIXTURE_PROP(StringOps, JoiningWhatWasSplitIsTheText, ()) {
  const std::string text = ascii();
  RC_ASSERT(join_texts(meter, *split(meter, Text(text), Text(","), -1), Text(","))->view() == text);
  RC_ASSERT(join_texts(meter, *split_right(meter, Text(text), Text(","), 1), Text(","))->view() ==
            text);
  RC_ASSERT(join_texts(meter, *split_lines(meter, Text(text), true), Text())->view() == text);
}

RC_GTEST_FIXTURE_PROP(StringOps, BothSplitsAgreeWithoutALimit, ()) {
  const std::string text = ascii();
  RC_ASSERT(strings(split(meter, Text(text), std::nullopt, -1)) ==
            strings(split_right(meter, Text(text), std::nullopt, -1)));
  RC_ASSERT(strings(split(meter, Text(text), Text(","), -1)) ==
            strings(split_right(meter, Text(text), Text(","), -1)));
}

}  // namespace
}  // namespace ashlar::chat
