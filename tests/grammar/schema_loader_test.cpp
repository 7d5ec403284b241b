// Drafts become one form; what is malformed is refused with its place.
#include "grammar/schema_loader.h"

#include "tests/grammar/support.h"

namespace ashlar::grammar {
namespace {

TEST(SchemaLoader, OldDraftsBecomeTheNewOne) {
  const Schema four = schema_of(
      R"({"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true,
          "items":[{}],"additionalItems":false,
          "dependencies":{"a":["b"],"c":{"minProperties":3}}})");
  const Node& root = four.nodes[0];
  EXPECT_FALSE(root.number->minimum);
  EXPECT_EQ(root.number->exclusive_minimum->text(), "1");
  EXPECT_EQ(root.array->prefix.size(), 1u);
  EXPECT_EQ(root.array->rest_keyword, "additionalItems");
  EXPECT_EQ(*four.nodes[*root.array->rest].literal, false);
  EXPECT_EQ(root.object->dependent_required[0].required[0], "b");
  EXPECT_EQ(four.pointer(root.object->dependent_schemas[0].node), "/dependencies/c");
}

TEST(SchemaLoader, ADraftHasItsOwnKeywords) {
  EXPECT_TRUE(accepts(R"({"const":1})", "2", {.draft = Draft::d4}));
  EXPECT_FALSE(accepts(R"({"const":1})", "2", {.draft = Draft::d6}));
  EXPECT_TRUE(accepts(R"({"if":true,"then":false})", "2", {.draft = Draft::d6}));
  EXPECT_TRUE(accepts(R"({"$ref":"#/definitions/a","type":"string","definitions":{"a":{}}})", "1",
                      {.draft = Draft::d7}));
  EXPECT_FALSE(accepts(R"({"$ref":"#/definitions/a","type":"string","definitions":{"a":{}}})", "1",
                       {.draft = Draft::d2019_09}));
  EXPECT_FALSE(accepts(R"({"type":"integer"})", "1.0", {.draft = Draft::d4}));
  EXPECT_TRUE(accepts(R"({"type":"integer"})", "1.0", {.draft = Draft::d6}));
  EXPECT_TRUE(accepts(R"({"prefixItems":[false]})", "[1]", {.draft = Draft::d2019_09}));
  EXPECT_TRUE(accepts(R"({"$schema":"http://json-schema.org/draft-04/schema#","const":1})", "2"));
}

TEST(SchemaLoader, PropertiesKeepTheirOrder) {
  const Schema schema = schema_of(R"({"properties":{"z":{},"a":{},"m/n":{"type":"string"}}})");
  const auto& properties = schema.nodes[0].object->properties;
  ASSERT_EQ(properties.size(), 3u);
  EXPECT_EQ(properties[0].name, "z");
  EXPECT_EQ(schema.pointer(properties[2].node), "/properties/m~1n");
}

TEST(SchemaLoader, ErrorsNameTheKeyword) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"properties":{"a":{"type":"text"}}})", "/properties/a/type"},
      {R"({"type":[]})", "/type"},
      {R"({"minLength":-1})", "/minLength"},
      {R"({"maxItems":1.5})", "/maxItems"},
      {R"({"minimum":"1"})", "/minimum"},
      {R"({"multipleOf":0})", "/multipleOf"},
      {R"({"multipleOf":1234567890123456789})", "/multipleOf"},
      {R"({"items":[{}]})", "/items"},
      {R"({"properties":[]})", "/properties"},
      {R"({"properties":{"a":1}})", "/properties/a"},
      {R"({"required":"a"})", "/required"},
      {R"({"required":[1]})", "/required"},
      {R"({"anyOf":[]})", "/anyOf"},
      {R"({"anyOf":{}})", "/anyOf"},
      {R"({"enum":1})", "/enum"},
      {R"({"uniqueItems":1})", "/uniqueItems"},
      {R"({"pattern":"("})", "/pattern"},
      {R"({"pattern":1})", "/pattern"},
      {R"({"patternProperties":{"(":{}}})", "/patternProperties"},
      {R"({"$ref":1})", "/$ref"},
      {R"({"$ref":"#/nowhere"})", "/$ref"},
      {R"({"$ref":"#nowhere"})", "/$ref"},
      {R"({"$ref":"http://example.com/a"})", "/$ref"},
      {R"({"$defs":1})", "/$defs"},
      {R"({"$id":"a#b"})", "/$id"},
      {R"({"$schema":1})", "/$schema"},
      {R"({"$schema":"http://json-schema.org/draft-03/schema#"})", "/$schema"},
      {R"({"dependentRequired":{"a":1}})", "/dependentRequired"}};
  for (const auto& [schema, where] : rows) EXPECT_EQ(refusal_of(schema).where, where) << schema;
  EXPECT_NE(refusal_of("1").message.find("object or a boolean"), std::string::npos);
  EXPECT_EQ(refusal_of("{").kind, ErrorKind::bad_input);
}

TEST(SchemaLoader, Formats) {
  const Schema schema =
      schema_of(R"({"properties":{"a":{"format":"int32"}},"format":"idn-hostname"})");
  ASSERT_EQ(schema.annotations.size(), 1u);
  EXPECT_EQ(schema.annotations[0].value, "int32");
  EXPECT_EQ(schema.pointer(schema.annotations[0].node), "/properties/a");
  const Error error = refusal_of(R"({"format":"idn-hostname"})", {.assert_formats = true});
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_EQ(error.where, "/format");
}

TEST(SchemaLoader, IdentifiersMustDiffer) {
  EXPECT_NE(
      refusal_of(R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})").message.find("'x'"),
      std::string::npos);
  EXPECT_NE(
      refusal_of(R"({"$defs":{"a":{"$id":"urn:x"},"b":{"$id":"urn:x"}}})").message.find("'urn:x'"),
      std::string::npos);
}

TEST(SchemaLoader, DocumentsComeFromTheLibraryAlone) {
  const LoadOptions options{.library = [](std::string_view uri) -> Result<std::string> {
    if (uri == "http://example.com/a.json") return R"({"$ref":"b.json#/$defs/n"})";
    if (uri == "http://example.com/b.json") return R"({"$defs":{"n":{"type":"number"}}})";
    return fail(ErrorKind::not_found, "none");
  }};
  EXPECT_FALSE(accepts(R"({"$ref":"http://example.com/a.json"})", "\"x\"", options));
  const Verdict verdict = verdict_of(R"({"$ref":"http://example.com/a.json"})", "\"x\"", options);
  EXPECT_EQ(verdict.errors[0].schema, "http://example.com/b.json#/$defs/n/type");
  EXPECT_EQ(refusal_of(R"({"$ref":"http://example.com/c.json"})", options).kind,
            ErrorKind::not_found);
}

TEST(SchemaLoader, SizesAreBounded) {
  std::string many = R"({"anyOf":[true)";
  for (std::size_t i = 0; i < kMostNodes; ++i) many += ",true";
  EXPECT_NE(refusal_of(many + "]}").message.find("limit of 200000 subschemas"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"not":)";
  EXPECT_NE(refusal_of(deep).message.find("limit of 256 levels"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::grammar
