#include "chat/search.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <string>

namespace ashlar::chat {
namespace {

TEST(Search, EmptyNeedles) {
  EXPECT_EQ(find_bytes("abc", "", 3), 3u);
  EXPECT_EQ(find_bytes("abc", "", 4), std::string_view::npos);
  EXPECT_EQ(find_last_bytes("abc", ""), 3u);
}

RC_GTEST_PROP(Search, FindsWhereTheStandardLibraryDoes, ()) {
  const auto word = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")));
  const std::string text = *word, part = *word;
  const auto from = *rc::gen::inRange<std::size_t>(0, text.size() + 2);
  RC_ASSERT(find_bytes(text, part, from) == text.find(part, from));
  RC_ASSERT(find_last_bytes(text, part) == text.rfind(part));
}

TEST(Search, IsLinearAlsoInTheWorstCase) {
  const std::string text(2'000'000, 'a');
  const std::string part = "b" + std::string(500'000, 'a'), other = std::string(500'000, 'a') + "b";
  EXPECT_EQ(find_last_bytes(text, part), std::string_view::npos);  // quadratic: 10^12 steps
  EXPECT_EQ(find_bytes(text, other), std::string_view::npos);
}

}  // namespace
}  // namespace ashlar::chat
