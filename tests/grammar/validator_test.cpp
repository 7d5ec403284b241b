// Verdicts with their errors; the rest of the keywords is the official suite's.
#include "grammar/validator.h"

#include "tests/grammar/support.h"

namespace ashlar::grammar {
namespace {

TEST(Validator, ErrorsHaveBothPointers) {
  const Verdict verdict = verdict_of(
      R"({"properties":{"a/b":{"items":{"$ref":"#/$defs/n"}}},"required":["c"],
          "$defs":{"n":{"type":"number","maximum":5}}})",
      R"({"a/b":[1,"x",7]})");
  EXPECT_FALSE(verdict.valid);
  ASSERT_EQ(verdict.errors.size(), 3u);
  EXPECT_EQ(verdict.errors[0].instance, "");
  EXPECT_EQ(verdict.errors[0].schema, "/required");
  EXPECT_EQ(verdict.errors[0].message, "the property 'c' is missing");
  EXPECT_EQ(verdict.errors[1].instance, "/a~1b/1");
  EXPECT_EQ(verdict.errors[1].schema, "/$defs/n/type");
  EXPECT_EQ(verdict.errors[1].message, "string is not of type number");
  EXPECT_EQ(verdict.errors[2].instance, "/a~1b/2");
  EXPECT_EQ(verdict.errors[2].keyword, "maximum");
  EXPECT_EQ(verdict.errors[2].message, "7 is over 5");
}

TEST(Validator, AlternativesAreOneError) {
  const Verdict verdict = verdict_of(R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "1");
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].keyword, "anyOf");
  EXPECT_EQ(verdict.errors[0].schema, "/anyOf");
}

TEST(Validator, AFalseSchemaIsToldByItsKeyword) {
  const Verdict verdict = verdict_of(R"({"additionalProperties":false})", R"({"a":1})");
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].keyword, "additionalProperties");
  EXPECT_EQ(verdict.errors[0].schema, "/additionalProperties");
  EXPECT_EQ(verdict.errors[0].instance, "/a");
  EXPECT_EQ(verdict_of("false", "1").errors[0].keyword, "false");
}

TEST(Validator, NumbersAreExact) {
  EXPECT_TRUE(accepts(R"({"multipleOf":0.1})", "0.3"));
  EXPECT_TRUE(accepts(R"({"multipleOf":0.01})", "4.02"));
  EXPECT_FALSE(accepts(R"({"maximum":9007199254740992})", "9007199254740993"));
  EXPECT_FALSE(accepts(R"({"const":9007199254740992})", "9007199254740993"));
  EXPECT_TRUE(accepts(R"({"type":"integer","minimum":1e399})", "1e400"));
  EXPECT_TRUE(accepts(R"({"enum":[1]})", "1.0"));
}

TEST(Validator, LengthsAreInCodePoints) {
  EXPECT_TRUE(accepts(R"({"minLength":2,"maxLength":2})", R"("😀é")"));
}

TEST(Validator, FormatsAskNothingUnlessAsserted) {
  EXPECT_TRUE(accepts(R"({"format":"ipv4"})", R"("x")"));
  const Verdict verdict = verdict_of(R"({"format":"ipv4"})", R"("x")", {.assert_formats = true});
  EXPECT_FALSE(verdict.valid);
  EXPECT_EQ(verdict.errors[0].message, "'x' is no ipv4");
  EXPECT_TRUE(accepts(R"({"format":"ipv4"})", "1", {.assert_formats = true}));
}

TEST(Validator, DependentsNameTheirProperty) {
  const Verdict verdict =
      verdict_of(R"({"dependencies":{"a":["b"]}})", R"({"a":1})", {.draft = Draft::d7});
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].schema, "/dependencies/a");
}

TEST(Validator, UnevaluatedSeesThroughWhatIsAppliedInPlace) {
  const char* schema = R"({"$ref":"#/$defs/a","anyOf":[{"properties":{"b":true}},
      {"required":["x"],"properties":{"c":true}}],"unevaluatedProperties":false,
      "$defs":{"a":{"properties":{"a":true}}}})";
  EXPECT_TRUE(accepts(schema, R"({"a":1,"b":2})"));
  EXPECT_FALSE(accepts(schema, R"({"a":1,"c":2})"));
}

TEST(Validator, ContainsCountsForUnevaluatedItemsFrom2020On) {
  const char* schema = R"({"contains":{"type":"string"},"unevaluatedItems":false})";
  EXPECT_TRUE(accepts(schema, R"(["a"])"));
  EXPECT_FALSE(accepts(schema, R"(["a"])", {.draft = Draft::d2019_09}));
}

TEST(Validator, ExponentialSchemasAreStopped) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 60; ++i)
    schema += "\"d" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/$defs/d)" +
              std::to_string(i + 1) + R"("},{"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}]},";
  const auto verdict = validate(schema_of(schema + R"("d60":{}}})"), value_of("1"));
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().kind, ErrorKind::too_large);
  EXPECT_NE(verdict.error().message.find("limit of 20000000 steps"), std::string::npos);
}

TEST(Validator, DeepInstancesAreWalked) {
  const std::string deep = std::string(255, '[') + std::string(255, ']');
  EXPECT_TRUE(accepts(R"({"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},
                          "b":{"type":"array","items":{"$ref":"#/$defs/a"}}}})",
                      deep));
}

TEST(Validator, ErrorsAreBounded) {
  std::string many = "[0";
  for (int i = 0; i < 5000; ++i) many += ",0";
  const Verdict verdict = verdict_of(R"({"items":{"type":"string"}})", many + "]");
  EXPECT_FALSE(verdict.valid);
  EXPECT_EQ(verdict.errors.size(), kMostErrors);
}

TEST(Validator, EqualItemsAreFoundAmongMany) {
  std::string many = "[0";
  for (int i = 1; i < 50'000; ++i) many += "," + std::to_string(i);
  EXPECT_TRUE(accepts(R"({"uniqueItems":true})", many + "]"));
  EXPECT_FALSE(accepts(R"({"uniqueItems":true})", many + ",7.0]"));
}

TEST(Validator, AMetaschemaJudgesSchemas) {
  const char* meta = R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})";
  EXPECT_TRUE(accepts(meta, R"({"properties":{"a":{"minLength":1}}})"));
  EXPECT_FALSE(accepts(meta, R"({"properties":{"a":{"minLength":-1}}})"));
  const char* four = R"({"$ref":"http://json-schema.org/draft-04/schema#"})";
  EXPECT_FALSE(accepts(four, R"({"minimum":"1"})", {.draft = Draft::d4}));
}

}  // namespace
}  // namespace ashlar::grammar
