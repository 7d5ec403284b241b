#include "grammar/lenient_schema.h"

#include <gtest/gtest.h>

#include "grammar/language.h"
#include "grammar/structure.h"

namespace ashlar::grammar {
namespace {

std::vector<std::string> left_out(const char* schema) {
  const auto given_up = give_up(schema, {});
  EXPECT_TRUE(given_up) << schema << given_up.error().line();
  return given_up ? pointers_of(*given_up) : std::vector<std::string>{};
}

constexpr const char* kTwo = R"({"type":"object","required":["a"],"properties":{
  "a":{"type":"string","format":"idn-hostname","maxLength":3},
  "b/c":{"items":{"format":"idn-hostname"}}}})";

TEST(LenientSchema, LeavesOutWhatCantBeHeldTo) {
  EXPECT_EQ(left_out(R"({"type":"integer"})"), std::vector<std::string>{});
  EXPECT_EQ(left_out(kTwo),
            (std::vector<std::string>{"/properties/a/format", "/properties/b~1c/items/format"}));
  const auto given_up = give_up(kTwo, {});
  EXPECT_EQ((*given_up)[0].keyword, "format");
  EXPECT_NE((*given_up)[0].message.find("idn-hostname"), std::string::npos);
}

TEST(LenientSchema, WhatStandsBesideIsHeldTo) {
  const auto language = language_of(JsonSchema{kTwo, {}, *give_up(kTwo, {})}, ByteSet().set());
  ASSERT_TRUE(language) << language.error().line();
  const auto admits = [&](std::string_view text) {
    StateId state = (*language)->start();
    for (const char c : text) state = *(*language)->next(state, static_cast<std::uint8_t>(c));
    return state != kDead && (*language)->accepts(state);
  };
  EXPECT_TRUE(admits(R"({"a":"abc"})"));
  EXPECT_FALSE(admits(R"({"a":"abcd"})"));
  EXPECT_FALSE(admits("{}"));
  EXPECT_FALSE(language_of(JsonSchema{kTwo, {}}, ByteSet().set()));
}

TEST(LenientSchema, TakesWhatTurnsItAroundToo) {
  EXPECT_EQ(left_out(R"({"not":{"properties":{"a":{"format":"idn-hostname"}}}})"),
            std::vector<std::string>{"/not"});
  EXPECT_EQ(left_out(R"({"allOf":[{"if":{"format":"idn-hostname"},"then":false}]})"),
            std::vector<std::string>{"/allOf/0/if"});
  EXPECT_EQ(left_out(R"({"properties":{"not":{"format":"idn-hostname"}}})"),
            std::vector<std::string>{"/properties/not/format"});
}

TEST(LenientSchema, OtherErrorsStay) {
  EXPECT_EQ(give_up(R"({"type":"strin"})", {}).error().where, "/type");
  EXPECT_EQ(give_up(R"({"enum":[1],"type":"string"})", {}).error().kind, ErrorKind::bad_input);
  EXPECT_EQ(give_up("{", {}).error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::grammar
