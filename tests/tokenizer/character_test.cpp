#include "tokenizer/character.h"

#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

TEST(Character, StepsForwardsAndBackwards) {
  const std::string_view text = "aé中🙂";
  std::size_t at = 0;
  for (const char32_t expected : {U'a', U'é', U'中', U'🙂'}) {
    const Character next = character_at(text, at);
    EXPECT_EQ(next.value, expected);
    EXPECT_EQ(character_before(text, next.end), at);
    at = next.end;
  }
  EXPECT_EQ(at, text.size());
}

}  // namespace
}  // namespace ashlar::tokenizer
