#include "grammar/text_rule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ashlar::grammar {
namespace {

TextRule::Group matching(std::vector<std::string> patterns, bool holds = true) {
  TextRule::Group group{.sets = {}, .holds = holds};
  for (const std::string& pattern : patterns)
    group.sets.push_back(pattern_language(pattern).value());
  return group;
}

std::shared_ptr<TextRule> rule(std::vector<TextRule::Group> groups,
                               std::shared_ptr<LengthLanguage> lengths = nullptr) {
  return TextRule::make(std::move(groups), std::move(lengths)).value();
}

TEST(TextRule, OfNothingHasEveryText) {
  const auto any = rule({});
  EXPECT_TRUE(any->is_free());
  for (const char* text : {"", "a", "é漢😀"}) EXPECT_TRUE(any->has(text).value());
  EXPECT_FALSE(any->has("\xFF").value());
}

TEST(TextRule, HoldsToAllOfItsSets) {
  const auto both = rule({matching({"^a", "b$"})}, std::make_shared<LengthLanguage>(3, 4));
  EXPECT_FALSE(both->is_free());
  for (const char* text : {"acb", "aéüb"}) EXPECT_TRUE(both->has(text).value()) << text;
  for (const char* text : {"ab", "accccb", "bab", "aba"}) EXPECT_FALSE(both->has(text).value());
}

TEST(TextRule, BreaksOneOfWhatMustNotHold) {
  const auto unless = rule({matching({"^a", "b$"}, false)});
  for (const char* text : {"", "b", "ac", "cb"}) EXPECT_TRUE(unless->has(text).value()) << text;
  EXPECT_FALSE(unless->has("ab").value());
  EXPECT_FALSE(unless->has("axb").value());
}

TEST(TextRule, EntersOnlyWhatHasAnEnd) {
  // Three letters that end in "b", no "a" among them: behind two others only "b" is left.
  const auto three = rule({matching({"^[abc]+$", "b$"}), matching({"a"}, false)},
                          std::make_shared<LengthLanguage>(3, 3));
  StateId state = three->start();
  for (const char byte : std::string_view("cc")) {
    EXPECT_EQ(three->next(state, 'a').value(), kDead);
    state = three->next(state, static_cast<std::uint8_t>(byte)).value();
    ASSERT_NE(state, kDead);
  }
  EXPECT_EQ(three->next(state, 'c').value(), kDead);
  EXPECT_TRUE(three->accepts(three->next(state, 'b').value()));
}

TEST(TextRule, WithoutATextHasNoStart) {
  EXPECT_EQ(rule({matching({"^a$"})}, std::make_shared<LengthLanguage>(2, std::nullopt))->start(),
            kDead);
  EXPECT_EQ(rule({matching({"^a*$"}), matching({"^a*$"}, false)})->start(), kDead);
  EXPECT_EQ(rule({}, std::make_shared<LengthLanguage>(2, 1))->start(), kDead);
}

TEST(TextRule, TellsTheLengthThatIsLeft) {
  const auto some = rule({}, std::make_shared<LengthLanguage>(2, 5));
  ASSERT_TRUE(some->is_free());
  StateId state = some->start();
  for (const char byte : std::string_view("é"))
    state = some->next(state, static_cast<std::uint8_t>(byte)).value();
  EXPECT_EQ(some->lengths()->min_left(some->lengths_at(state)), 1u);
  EXPECT_EQ(some->lengths()->max_left(some->lengths_at(state)), 4u);
}

TEST(TextRule, GivesUpWithinItsLimit) {
  // The shortest text that is in all has 3,003 characters.
  const auto hard =
      TextRule::make({matching({"^(.{3})*$", "^(.{7})*$", "^(.{11})*$", "^(.{13})*$"})},
                     std::make_shared<LengthLanguage>(1, 3002));
  ASSERT_FALSE(hard);
  EXPECT_EQ(hard.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
