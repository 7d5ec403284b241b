// Specs from JSON and files: what is read, and the pointer of all that is refused.
#include "prompt/spec.h"

#include <gmock/gmock.h>

#include "tests/prompt/specs.h"
#include "tests/support/temp_folder.h"

namespace ashlar::prompt {
namespace {

using base::Json;
using test::capital;
using test::plain;
using test::refused;
using test::with;
using test::without;
using testing::EndsWith;
using testing::HasSubstr;

TEST(Spec, HoldsWhatTheJsonSays) {
  const PromptSpec spec = test::spec_of(capital());
  EXPECT_EQ(spec.name, "capital");
  EXPECT_EQ(spec.version, "1.2.0");
  EXPECT_EQ(spec.description, "asks for capitals");
  EXPECT_THAT(*spec.system, HasSubstr("Answer in JSON."));
  ASSERT_EQ(spec.variables.size(), 3u);
  EXPECT_EQ(spec.variables.at("most").schema, Json::parse(R"({"type": "integer"})"));
  EXPECT_EQ(spec.variables.at("most").fallback, 3);
  EXPECT_FALSE(spec.variables.at("countries").fallback);
  EXPECT_FALSE(spec.variables.at("countries").trusted);
  EXPECT_TRUE(spec.variables.at("tone").trusted);
  EXPECT_EQ(spec.variables.at("tone").description, "of the answer");
  ASSERT_EQ(spec.examples.size(), 2u);
  EXPECT_FALSE(spec.examples[0].user);
  EXPECT_EQ(spec.examples[0].variables["countries"][0], "France");
  EXPECT_EQ(spec.examples[1].user, "Capital of {{ Peru }}?");
  EXPECT_EQ(spec.examples[1].answer["capitals"][0], "Lima");
  EXPECT_TRUE((*spec.schema)["properties"].contains("all"));
  EXPECT_EQ(spec.sampling["max_tokens"], 64);
}

TEST(Spec, TheLeast) {
  const PromptSpec spec = test::spec_of(plain());
  EXPECT_FALSE(spec.system);
  EXPECT_FALSE(spec.schema);
  EXPECT_TRUE(spec.variables.empty() && spec.examples.empty() && spec.sampling.empty());
}

TEST(Spec, EachTypeHasItsSchema) {
  for (const auto& [type, schema] : {std::pair{"string", "string"},
                                     {"integer", "integer"},
                                     {"number", "number"},
                                     {"boolean", "boolean"},
                                     {"list", "array"},
                                     {"object", "object"}}) {
    const auto spec = test::spec_of(with(plain(), "/variables/x", {{"type", type}}));
    EXPECT_EQ(spec.variables.at("x").schema, (Json{{"type", schema}})) << type;
  }
}

TEST(Spec, WhatIsMissingIsNamed) {
  for (const char* name : {"name", "version", "user"}) {
    const Error error = refused(without(plain(), name));
    EXPECT_EQ(error.message, std::string(name) + " is missing");
    EXPECT_EQ(error.where, std::string("/") + name);
    EXPECT_THAT(refused(with(plain(), std::string("/") + name, "")).message, HasSubstr("is empty"));
  }
  EXPECT_EQ(refused(with(plain(), "/variables/x", Json::object())).where, "/variables/x/type");
  EXPECT_EQ(refused(with(capital(), "/examples/1", {{"user", "x"}})).where, "/examples/1/answer");
}

TEST(Spec, WrongPlacesHaveTheirPointer) {
  const std::tuple<const char*, Json, const char*> cases[] = {
      {"/version", 1, "/version"},
      {"/system", 1, "/system"},
      {"/user", Json::array(), "/user"},
      {"/colour", "red", "/colour"},
      {"/variables", Json::array(), "/variables"},
      {"/variables/most", "integer", "/variables/most"},
      {"/variables/most/type", "int", "/variables/most/type"},
      {"/variables/most/type", 3, "/variables/most/type"},
      {"/variables/most/type/minimum", "x", "/variables/most/type"},
      {"/variables/most/trusted", "yes", "/variables/most/trusted"},
      {"/variables/most/defualt", 3, "/variables/most/defualt"},
      {"/variables/most/default", "three", "/variables/most/default"},
      {"/variables/countries/default", Json::array({"x", 1}), "/variables/countries/default/1"},
      {"/variables/2x", {{"type", "string"}}, "/variables/2x"},
      {"/variables/a b", {{"type", "string"}}, "/variables/a b"},
      {"/examples", Json::object(), "/examples"},
      {"/examples/0", "text", "/examples/0"},
      {"/examples/0/user", "both", "/examples/0/user"},
      {"/examples/0/answr", "x", "/examples/0/answr"},
      {"/examples/0/variables", 1, "/examples/0/variables"},
      {"/schema", "object", "/schema"},
      {"/schema/type", "thing", "/schema/type"},
      {"/schema/properties/all/type", 1, "/schema/properties/all/type"},
      {"/sampling", 1, "/sampling"},
      {"/sampling/temprature", 0, "/sampling/temprature"},
      {"/sampling/temperature", "hot", "/sampling/temperature"},
      {"/sampling/temperature", -1, "/sampling/temperature"},
      {"/sampling/prompt", "x", "/sampling/prompt"},
      {"/sampling/regex", "x", "/sampling/regex"},
      {"/sampling/schema", true, "/sampling/schema"},
      {"/sampling/stop", "x", "/sampling/stop"},  // an answer of a schema ends by itself
      {"/selection", 1, "/selection"},
      {"/selection", "random", "/selection"},
  };
  for (const auto& [pointer, value, where] : cases) {
    Json json = capital();
    if (std::string(pointer).starts_with("/variables/most/type/"))
      json["variables"]["most"]["type"] = {{"type", "integer"}};
    const Error error = refused(with(json, pointer, value));
    EXPECT_THAT(error.where, testing::StartsWith(where)) << pointer << " " << value;
    EXPECT_FALSE(error.message.empty() || error.mend.empty()) << pointer;
  }
  EXPECT_EQ(refused("text").where, "/");
}

TEST(Spec, UnknownMembersAreToldTheKnownOnes) {
  EXPECT_THAT(refused(with(plain(), "/usr", "x")).mend, HasSubstr("user"));
}

TEST(Spec, SimilarityComesWithEmbeddings) {
  test::spec_of(with(plain(), "/selection", "fixed"));
  const Error error = refused(with(plain(), "/selection", "similarity"));
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("similarity"));
  EXPECT_THAT(error.mend, HasSubstr("embeddings"));
}

TEST(Spec, WithoutSchemaAnAnswerIsText) {
  const Json text = with(plain(), "/examples", Json::array({{{"user", "a"}, {"answer", "b"}}}));
  EXPECT_EQ(answer_text(test::spec_of(text), "b"), "b");
  EXPECT_EQ(refused(with(text, "/examples/0/answer", 1)).where, "/examples/0/answer");
  EXPECT_EQ(answer_text(test::spec_of(with(text, "/schema", true)), "b"), "\"b\"");
  EXPECT_EQ(answer_text(test::spec_of(capital()), Json{{"b", 1}, {"a", 2}}), R"({"b":1,"a":2})");
}

TEST(Spec, ATemplateThatDoesNotCompileHasLineAndColumn) {
  const Error user = refused(with(plain(), "/user", "a\n{{ b"));
  EXPECT_EQ(user.where, "/user, line 2, column 1");
  EXPECT_THAT(refused(with(plain(), "/system", "{% if %}")).where, HasSubstr("/system, line 1"));
}

TEST(Spec, SamplingIsWhatGenerateTakesButPromptAndStructure) {
  for (const char* name : {"temperature", "seed", "stop", "n", "order", "finish", "max_tokens"})
    EXPECT_TRUE(is_sampling_field(name)) << name;
  for (const char* name : {"prompt", "system", "schema", "regex", "choices", "grammar", "tools",
                           "tool_choice", "x", ""})
    EXPECT_FALSE(is_sampling_field(name)) << name;
}

TEST(Spec, ManyAreTooMany) {
  Json variables = Json::object(), examples = Json::array();
  for (int i = 0; i < 1001; ++i) {
    variables["v" + std::to_string(i)] = {{"type", "string"}};
    examples.push_back({{"user", "u"}, {"answer", "a"}});
  }
  EXPECT_EQ(refused(with(plain(), "/variables", variables)).kind, ErrorKind::too_large);
  EXPECT_EQ(refused(with(plain(), "/examples", examples)).kind, ErrorKind::too_large);
}

class SpecFile : public test::TempFolder {
 protected:
  Error refused_file(const std::string& name, const std::string& text) {
    test::spill(root() / name, text);
    const auto spec = read_spec(root() / name);
    EXPECT_FALSE(spec);
    return spec ? Error{} : spec.error();
  }
};

constexpr const char* kHead = "name: n\nversion: '1'\nuser: u\n";

TEST_F(SpecFile, NamesItselfBeforeThePointer) {
  const Error error = refused_file("a.yaml", std::string(kHead) + "system: 1\n");
  EXPECT_EQ(error.where, (root() / "a.yaml").string() + ": /system");
  EXPECT_THAT(refused_file("b.yaml", "name: [").where, EndsWith("b.yaml:2:1"));
  EXPECT_THAT(refused_file("c.yaml", "").where, EndsWith("c.yaml: /"));
}

TEST_F(SpecFile, ASchemaMayStandInAFileBesideIt) {
  test::spill(root() / "schemas" / "s.json", R"({"type": "object"})");
  test::spill(root() / "a.yaml", std::string(kHead) + "schema: {file: schemas/s.json}\n");
  EXPECT_EQ(read_spec(root() / "a.yaml").value().schema, (Json{{"type", "object"}}));

  test::spill(root() / "bad.json", R"({"type": "thing"})");
  EXPECT_THAT(refused_file("b.yaml", std::string(kHead) + "schema: {file: bad.json}\n").where,
              EndsWith("b.yaml: /schema/file/type"));
  test::spill(root() / "broken.json", "{");
  EXPECT_THAT(refused_file("c.yaml", std::string(kHead) + "schema: {file: broken.json}\n").where,
              HasSubstr("broken.json, byte"));
  EXPECT_EQ(refused_file("d.yaml", std::string(kHead) + "schema: {file: none.json}\n").kind,
            ErrorKind::not_found);
  EXPECT_THAT(refused_file("e.yaml", std::string(kHead) + "schema: {file: /etc/x.json}\n").where,
              EndsWith("e.yaml: /schema/file"));
}

TEST_F(SpecFile, WithoutAFolderASchemaInAFileIsRefused) {
  EXPECT_EQ(refused(with(plain(), "/schema", {{"file", "s.json"}})).where, "/schema/file");
  // A property may be called file.
  test::spec_of(with(plain(), "/schema", {{"properties", {{"file", true}}}}));
}

}  // namespace
}  // namespace ashlar::prompt
