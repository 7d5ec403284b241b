// What a schema's automaton lets through, byte by byte. The validator is the judge wherever it can
// be: what is admitted is valid, and what is valid and fits the style is admitted.
#include "grammar/schema_language.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "grammar/json_reader.h"
#include "grammar/language.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

namespace ashlar::grammar {
namespace {

constexpr SchemaStyle kFree{MemberOrder::free, WhiteSpace::any, Escapes::any};

std::unique_ptr<Language> language(std::string_view schema, const SchemaStyle& style = kFree) {
  auto made = schema_language(load_schema(schema, {.assert_formats = true}).value(), style);
  EXPECT_TRUE(made) << schema << (made ? "" : made.error().line());
  return made ? std::move(*made) : nullptr;
}

bool admits(Language& language, std::string_view text) {
  StateId state = language.start();
  for (const char byte : text) {
    state = language.next(state, static_cast<std::uint8_t>(byte)).value();
    if (state == kDead) return false;
  }
  return language.accepts(state);
}

// The validator and the automaton agree on each.
void expect_agreement(std::string_view schema, const std::vector<std::string>& texts) {
  const auto held = language(schema);
  ASSERT_TRUE(held);
  const Schema loaded = load_schema(schema, {.assert_formats = true}).value();
  std::size_t valid = 0;
  for (const std::string& text : texts) {
    const bool wanted = validate(loaded, read_json(text, "text").value())->valid;
    valid += wanted ? 1 : 0;
    EXPECT_EQ(admits(*held, text), wanted) << schema << " " << text;
  }
  EXPECT_GT(valid, 0u) << schema;
  EXPECT_LT(valid, texts.size()) << schema;
}

const std::vector<std::string> kValues = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-1",
                                          "2",
                                          "2.0",
                                          "2.5",
                                          "1e1",
                                          "\"\"",
                                          "\"a\"",
                                          "\"ab\"",
                                          "\"\\u0061\"",
                                          "\"é\"",
                                          "\"\\ud83d\\ude00\"",
                                          "[]",
                                          "[1]",
                                          "[1,2]",
                                          "[1,1.0]",
                                          "[\"a\",1]",
                                          "[[1],[1]]",
                                          "{}",
                                          "{\"a\":1}",
                                          "{\"a\":\"x\"}",
                                          "{\"b\":1}",
                                          "{\"a\":1,\"b\":2}",
                                          "{\"b\":2,\"a\":1}",
                                          "{\"a\":1,\"c\":[]}",
                                          "{\"x1\":1}",
                                          "{\"x1\":\"\",\"a\":2}",
                                          "{ \"a\" : 1 }",
                                          "[ 1 , 2 ]",
                                          "{\"a\":{\"a\":{\"a\":2}}}",
                                          "{\"a\":1,\"b\":2,\"c\":3}",
                                          "[1,2,3,4]",
                                          "[\"a\",\"b\",\"a\"]",
                                          "[{\"a\":1},{\"a\":1.0}]",
                                          "[{\"a\":1},{\"a\":2}]"};

TEST(SchemaLanguage, AgreesWithTheValidator) {
  for (const char* schema : {
           R"({"type":"integer"})",
           R"({"type":["string","array"],"maxLength":1,"maxItems":1})",
           R"({"enum":[2,"ab",null,[1,2],{"a":1}]})",
           R"({"const":{"a":1,"b":2}})",
           R"({"not":{"enum":[2,"ab",{"a":1},[1]]}})",
           R"({"minimum":2})",
           R"({"multipleOf":2,"type":"number"})",
           R"({"pattern":"^a"})",
           R"({"pattern":"b$","minLength":1,"type":"string"})",
           R"({"properties":{"a":{"type":"integer"}},"required":["a"]})",
           R"({"properties":{"a":true},"additionalProperties":false})",
           R"({"patternProperties":{"^x":{"type":"string"}},"type":"object"})",
           R"({"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":false})",
           R"({"propertyNames":{"maxLength":1}})",
           R"({"minProperties":1,"maxProperties":2,"type":"object"})",
           R"({"dependentRequired":{"a":["b"]}})",
           R"({"dependentSchemas":{"a":{"required":["b"]}}})",
           R"({"items":{"type":"integer"}})",
           R"({"prefixItems":[{"const":1}],"items":{"const":2}})",
           R"({"contains":{"const":1}})",
           R"({"contains":{"type":"integer"},"maxContains":2,"minContains":2,"type":"array"})",
           R"({"uniqueItems":true,"type":"array"})",
           R"({"not":{"uniqueItems":true}})",
           R"({"not":{"required":["a"]}})",
           R"({"not":{"properties":{"a":{"type":"integer"}}},"type":"object"})",
           R"({"not":{"items":{"type":"integer"}}})",
           R"({"not":{"contains":{"const":1}},"type":"array"})",
           R"({"anyOf":[{"type":"integer"},{"minLength":2,"type":"string"}]})",
           R"({"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object"})",
           R"({"oneOf":[{"type":"integer"},{"minimum":2}]})",
           R"({"oneOf":[{"properties":{"a":{"const":1}}},{"properties":{"b":{"const":2}}}]})",
           R"({"allOf":[{"required":["a"]},{"properties":{"a":{"minimum":1}}}]})",
           R"({"if":{"required":["a"]},"then":{"required":["b"]},"else":{"maxProperties":0}})",
           R"({"properties":{"a":true},"unevaluatedProperties":false})",
           R"({"anyOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":true}}],
               "unevaluatedProperties":false,"type":"object"})",
           R"({"prefixItems":[true],"unevaluatedItems":{"const":2},"type":"array"})",
           R"({"$ref":"#/$defs/t","$defs":{"t":{"properties":{"a":{"$ref":"#/$defs/t"}},
               "type":["object","integer"],"additionalProperties":false,"minimum":2}}})",
       })
    expect_agreement(schema, kValues);
}

TEST(SchemaLanguage, NeverLeadsWhereNoEndIs) {
  const auto held = language(
      R"({"type":"object","properties":{"a":{"type":"string","enum":["xy","xz"]},
          "b":{"oneOf":[{"type":"string","pattern":"^[pq]{2}$"},{"const":null},{"const":"pp"}]}},
          "required":["a","b"],"additionalProperties":false})",
      {MemberOrder::schema, WhiteSpace::compact});
  ASSERT_TRUE(held);
  // From every state that is entered, some text of the language goes on: a search finds an end.
  std::vector<StateId> open{held->start()};
  std::vector<StateId> seen = open;
  std::size_t ends = 0;
  while (!open.empty()) {
    const StateId at = open.back();
    open.pop_back();
    ends += held->accepts(at) ? 1 : 0;
    std::size_t onward = 0;
    for (int byte = 0; byte < 256; ++byte) {
      const auto next = held->next(at, static_cast<std::uint8_t>(byte));
      ASSERT_TRUE(next) << next.error().line();
      const StateId to = *next;
      if (to == kDead) continue;
      ++onward;
      if (std::ranges::find(seen, to) != seen.end()) continue;
      seen.push_back(to);
      open.push_back(to);
    }
    EXPECT_TRUE(onward > 0 || held->accepts(at));
  }
  EXPECT_GT(ends, 0u);
}

TEST(SchemaLanguage, KeepsToTheOrderAndTheWhiteSpace) {
  const char* schema = R"({"properties":{"b":true,"a":true},"type":"object"})";
  const auto ordered = language(schema, {MemberOrder::schema, WhiteSpace::compact});
  EXPECT_TRUE(admits(*ordered, R"({"b":1,"a":2,"c":3})"));
  EXPECT_FALSE(admits(*ordered, R"({"a":1,"b":2})"));
  EXPECT_FALSE(admits(*ordered, R"({"b": 1})"));
  EXPECT_FALSE(admits(*ordered, R"({"b":"\u0041"})"));
  EXPECT_TRUE(admits(*ordered, R"({"b":"\u00e9\n"})"));
  const auto free = language(schema);
  EXPECT_TRUE(admits(*free, "{\"a\":1," + std::string(256, ' ') + "\"b\":\"\\u0041\"}"));
  EXPECT_FALSE(admits(*free, "{\"a\":1," + std::string(257, ' ') + "\"b\":2}"));
  EXPECT_FALSE(admits(*free, R"({"a":1,"a":2})"));
  EXPECT_FALSE(admits(*free, R"({"c":1,"c":2})"));
}

TEST(SchemaLanguage, RefusesWhatNoValueMeets) {
  for (const char* schema :
       {R"(false)", R"({"allOf":[{"type":"string"},{"type":"integer"}]})",
        R"({"minimum":3,"maximum":2,"type":"number"})",
        R"({"type":"object","required":["a"],"properties":{"a":false}})",
        R"({"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}})",
        R"({"pattern":"^a$","minLength":2,"type":"string"})",
        R"({"type":"object","required":["a"],"maxProperties":0})",
        R"({"type":"array","minItems":2,"maxItems":1})"}) {
    const auto made = schema_language(load_schema(schema).value(), kFree);
    EXPECT_FALSE(made) << schema;
  }
}

TEST(SchemaLanguage, SaysWhereItCanNotHold) {
  const auto made = schema_language(
      load_schema(R"({"not":{"properties":{"a":true},"unevaluatedProperties":false}})").value(),
      kFree);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(made.error().where, "/not/unevaluatedProperties");
}

}  // namespace
}  // namespace ashlar::grammar
