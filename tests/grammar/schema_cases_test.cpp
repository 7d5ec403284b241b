#include "grammar/schema_cases.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "grammar/schema_loader.h"

namespace ashlar::grammar {
namespace {

// A schema, and its root taken apart.
struct Apart {
  explicit Apart(std::string_view text) : schema(load_schema(text).value()) { scopes.id({}); }

  Result<std::vector<Case>> cases(Type type, bool holds = true) {
    ClaimContext context{schema, scopes, ids, values};
    return cases_of(context, {Claim{.holds = holds}}, type);
  }
  std::size_t count(Type type, bool holds = true) { return cases(type, holds).value().size(); }

  Schema schema;
  Interner<std::vector<ResourceId>> scopes;
  std::map<std::string, ValueId> ids;
  std::vector<Value> values;
};

TEST(CasesOf, FallAwayByType) {
  Apart apart(R"({"type":["integer","null"],"minimum":2,"maxLength":3})");
  EXPECT_EQ(apart.count(Type::null), 1u);
  EXPECT_EQ(apart.count(Type::number), 1u);
  EXPECT_EQ(apart.cases(Type::number).value()[0].facts.size(), 2u);
  for (const Type type : {Type::no, Type::yes, Type::string, Type::array, Type::object})
    EXPECT_EQ(apart.count(type), 0u);
}

TEST(CasesOf, OfWhatFailsAreTheWaysToFail) {
  Apart apart(R"({"type":["integer","string"],"minimum":2,"maxLength":3})");
  EXPECT_EQ(apart.count(Type::object, false), 1u);
  EXPECT_EQ(apart.count(Type::string, false), 1u);  // too long
  EXPECT_EQ(apart.count(Type::number, false), 2u);  // a fraction, or under 2
  Apart any(R"({})");
  for (const Type type : kTypes) EXPECT_EQ(any.count(type, false), 0u);
}

TEST(CasesOf, TakeOneOfApartByWhatTheOthersAre) {
  Apart apart(R"({"oneOf":[{"type":"object","required":["a"]},{"type":"object","required":["b"]},
                            {"type":"null"}]})");
  const auto cases = apart.cases(Type::object).value();
  ASSERT_EQ(cases.size(), 2u);
  for (const Case& each : cases) {
    ASSERT_EQ(each.parts.size(), 2u);
    EXPECT_NE(each.parts[0].holds, each.parts[1].holds);
  }
  EXPECT_EQ(apart.count(Type::null), 1u);
  EXPECT_EQ(apart.count(Type::string), 0u);
}

TEST(CasesOf, FollowReferencesAndConditions) {
  Apart apart(R"({"$ref":"#/$defs/t","if":{"type":"string"},"then":{"maxLength":1},
                  "$defs":{"t":{"anyOf":[{"type":"string"},{"type":"array"}]}}})");
  const auto texts = apart.cases(Type::string).value();
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].parts.size(), 1u);
  EXPECT_EQ(apart.count(Type::array), 1u);
  EXPECT_EQ(apart.count(Type::number), 0u);
}

TEST(CasesOf, NameMembersThatDependOnOthers) {
  Apart apart(R"({"dependentRequired":{"a":["b"]}})");
  const auto cases = apart.cases(Type::object).value();
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].forbidden, std::vector<std::string>{"a"});
  EXPECT_EQ(cases[1].required, (std::vector<std::string>{"a", "b"}));
  const auto fails = apart.cases(Type::object, false).value();
  ASSERT_EQ(fails.size(), 1u);
  EXPECT_EQ(fails[0].required, std::vector<std::string>{"a"});
  EXPECT_EQ(fails[0].forbidden, std::vector<std::string>{"b"});
}

TEST(CasesOf, AreLimited) {
  std::string text = R"({"allOf":[)";
  for (int i = 0; i < 12; ++i)
    text += (i > 0 ? "," : "") +
            std::string(R"({"anyOf":[{"maxLength":1},{"maxLength":2},{"maxLength":3}]})");
  Apart apart(text + "]}");
  const auto cases = apart.cases(Type::string);
  ASSERT_FALSE(cases);
  EXPECT_EQ(cases.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
