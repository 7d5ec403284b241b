// What a language leaves no choice of, and the masks of it.
#include "grammar/forced_run.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "grammar/constraint.h"
#include "grammar/free_text.h"
#include "grammar/language.h"
#include "grammar/structure.h"

namespace ashlar::grammar {
namespace {

std::unique_ptr<Language> language(const Structure& structure) {
  return language_of(structure, ByteSet().set()).value();
}

ForcedRun run_behind(const Structure& structure, std::string_view text) {
  const auto made = language(structure);
  StateId state = made->start();
  for (const char byte : text) state = made->next(state, static_cast<std::uint8_t>(byte)).value();
  EXPECT_NE(state, kDead);
  return forced_run(*made, state).value();
}

const JsonSchema kPerson{
    .text = R"({"type": "object", "required": ["first", "age"], "additionalProperties": false,
      "properties": {"first": {"type": "string"}, "fold": {"type": "boolean"},
                     "age": {"type": "integer", "minimum": 1}, "tag": {"const": "x y"}}})"};

TEST(ForcedRun, IsWhatEveryTextGoesOnWith) {
  EXPECT_EQ(run_behind(kPerson, "").text, R"({"first":")");
  EXPECT_EQ(run_behind(kPerson, R"({"fi)").text, R"(rst":")");
  EXPECT_EQ(run_behind(kPerson, R"({"first":")").text, "");
  EXPECT_EQ(run_behind(kPerson, R"({"first":"a")").text, R"(,")");
  const ForcedRun age = run_behind(kPerson, R"({"first":"a","a)");
  EXPECT_EQ(age.text, R"(ge":)");
  EXPECT_TRUE(age.next['7']);
  EXPECT_FALSE(age.next['-']);
  EXPECT_FALSE(age.may_end);
  EXPECT_EQ(run_behind(kPerson, R"({"first":"a","age":1,)").text, R"("tag":"x y"})");
  EXPECT_TRUE(run_behind(kPerson, R"({"first":"a","age":1,)").may_end);
  EXPECT_EQ(run_behind(kPerson, R"({"first":"a","fold":t)").text, R"(rue,"age":)");
}

TEST(ForcedRun, EndsWhereATextMayEnd) {
  const ForcedRun run = run_behind(RegexText{"ab(c|$)"}, "");
  EXPECT_EQ(run.text, "ab");
  EXPECT_TRUE(run.may_end);
  EXPECT_TRUE(run.next['c']);
  EXPECT_EQ(run_behind(RegexText{"x{100}"}, "").text, std::string(kMostForced, 'x'));
}

TEST(ForcedRun, OfOneTokenIsTheMask) {
  const std::vector<std::string_view> tokens = {"a", "b", "c", "d", "ab", "abc", "x", ""};
  const auto texts = std::make_shared<FreeTextMasks>(std::make_shared<TokenTrie>(tokens));
  const auto settle = [](const ForcedRun& run) {
    return run.text.starts_with("ab") ? std::vector<TokenId>{4} : std::vector<TokenId>{};
  };
  const auto held = [&](Settle how) {
    return std::make_unique<Constraint>(language(RegexText{"(abcd|xab(c|d))+"}), texts,
                                        std::vector<TokenId>{7}, std::move(how));
  };
  const auto forcing = held(settle), free = held({});
  EXPECT_EQ(forcing->mask(forcing->start()).value()->bits, free->mask(free->start()).value()->bits)
      << "there is a choice";
  EXPECT_EQ(forcing->forced(forcing->start()).value(), std::nullopt);
  const StateId behind = forcing->after(forcing->start(), 6).value();
  EXPECT_EQ(forcing->forced(behind).value(), 4u);
  const auto mask = forcing->mask(behind).value();
  EXPECT_EQ(mask->count, 1u);
  EXPECT_TRUE(mask->allows(4));
  EXPECT_EQ(free->mask(free->after(free->start(), 6).value()).value()->count, 3u);
  const StateId cd = forcing->after(behind, 4).value();
  EXPECT_EQ(forcing->forced(cd).value(), std::nullopt);
  EXPECT_EQ(forcing->mask(cd).value()->count, 2u);
}

}  // namespace
}  // namespace ashlar::grammar
