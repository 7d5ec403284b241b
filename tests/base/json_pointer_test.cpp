// JSON pointers.
#include "base/json_pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::base {
namespace {

using testing::ElementsAre;

TEST(JsonPointer, Tokens) {
  EXPECT_THAT(*pointer_tokens("/a/b~1c/~0/"), ElementsAre("a", "b/c", "~", ""));
  EXPECT_TRUE(pointer_tokens("")->empty());
  for (const char* text : {"a", "/~", "/~2", "#/a"}) EXPECT_FALSE(pointer_tokens(text)) << text;
}

TEST(JsonPointer, StepsComeBack) {
  for (const char* token : {"", "a", "a/b", "~", "~1"})
    EXPECT_THAT(*pointer_tokens(pointer_step(token)), ElementsAre(token));
}

TEST(JsonPointer, Indices) {
  EXPECT_EQ(pointer_index("0"), 0u);
  EXPECT_EQ(pointer_index("12"), 12u);
  for (const char* text : {"", "-", "01", "+1", "1a", "99999999999999999999"})
    EXPECT_FALSE(pointer_index(text)) << text;
}

}  // namespace
}  // namespace ashlar::base
