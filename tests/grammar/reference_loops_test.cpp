// References that come back to the same value.
#include "tests/grammar/support.h"

namespace ashlar::grammar {
namespace {

TEST(ReferenceLoops, AreRefused) {
  for (const char* schema :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
        R"({"if":{"anyOf":[true,{"oneOf":[{"$ref":"#"}]}]}})",
        R"({"dependentSchemas":{"a":{"$ref":"#"}}})",
        R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})"})
    EXPECT_NE(refusal_of(schema).message.find("refers to itself"), std::string::npos) << schema;
}

TEST(ReferenceLoops, BelowAPropertyOrAnItemTheyAreRecursion) {
  const char* tree = R"({"type":"object","properties":{"next":{"$ref":"#"}}})";
  EXPECT_TRUE(accepts(tree, R"({"next":{"next":{}}})"));
  EXPECT_FALSE(accepts(tree, R"({"next":{"next":1}})"));
  EXPECT_FALSE(accepts(R"({"type":"array","items":{"$ref":"#"}})", "[[],[[1]]]"));
}

TEST(ReferenceLoops, OfDynamicReferencesAreBoundedAtWork) {
  const Schema schema = schema_of(
      R"({"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,
          "anyOf":[{"$recursiveRef":"#"}]})");
  const auto verdict = validate(schema, value_of("1"));
  ASSERT_FALSE(verdict);
  EXPECT_NE(verdict.error().message.find("limit of 2048"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::grammar
