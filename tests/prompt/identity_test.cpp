// What a spec is: the same from each format, another with each thing that matters.
#include "prompt/identity.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/file.h"
#include "tests/prompt/specs.h"
#include "tests/support/temp_folder.h"

namespace ashlar::prompt {
namespace {

using base::Json;
using test::capital;
using test::with;
using test::without;

std::string hash_of(const Json& json) {
  return content_hash(test::spec_of(json));
}

// Names of all objects the other way round, but for those of `properties`.
Json reversed(const Json& json, bool keep = false) {
  if (json.is_array()) {
    Json list = Json::array();
    for (const Json& each : json) list.push_back(reversed(each));
    return list;
  }
  if (!json.is_object()) return json;
  std::vector<std::string> names;
  for (const auto& [name, value] : json.items()) names.push_back(name);
  if (!keep) std::ranges::reverse(names);
  Json object = Json::object();
  for (const std::string& name : names) object[name] = reversed(json[name], name == "properties");
  return object;
}

TEST(Identity, TheHashIsKnown) {
  // A change of this is a change of every hash that someone has kept.
  EXPECT_EQ(hash_of(test::plain()), "48937c9154a20795e9f3900881b139e2");
}

TEST(Identity, OrderOfNamesSaysNothing) {
  EXPECT_NE(base::write_json(reversed(capital())), base::write_json(capital()));
  EXPECT_EQ(hash_of(reversed(capital())), hash_of(capital()));
}

TEST(Identity, OrderOfPropertiesSaysWhatIsWrittenFirst) {
  Json json = capital();
  Json properties = Json::object();
  properties["all"] = json["schema"]["properties"]["all"];
  properties["capitals"] = json["schema"]["properties"]["capitals"];
  json["schema"]["properties"] = properties;
  EXPECT_NE(hash_of(json), hash_of(capital()));
}

TEST(Identity, NameVersionAndDescriptionsAreNoContent) {
  EXPECT_EQ(hash_of(with(capital(), "/name", "other")), hash_of(capital()));
  EXPECT_EQ(hash_of(with(capital(), "/version", "2")), hash_of(capital()));
  EXPECT_EQ(hash_of(without(capital(), "description")), hash_of(capital()));
  EXPECT_EQ(hash_of(with(capital(), "/variables/most/description", "x")), hash_of(capital()));
}

TEST(Identity, EverythingElseIs) {
  const std::pair<const char*, Json> changes[] = {
      {"/system", "Answer."},
      {"/user", "{{ countries }}{{ most }}"},
      {"/variables/most/default", 4},
      {"/variables/most/type", "number"},
      {"/variables/most/trusted", true},
      {"/variables/more", {{"type", "string"}}},
      {"/examples/0/answer/capitals/0", "Lyon"},
      {"/examples/0/variables/countries/0", "Spain"},
      {"/examples/1/user", "x"},
      {"/schema/properties/all/type", "null"},
      {"/schema/minProperties", 1},
      {"/sampling/temperature", 0.5},
      {"/sampling/seed", 1},
  };
  for (const auto& [pointer, value] : changes)
    EXPECT_NE(hash_of(with(capital(), pointer, value)), hash_of(capital())) << pointer;
  EXPECT_NE(hash_of(without(capital(), "system")), hash_of(with(capital(), "/system", "")));
  EXPECT_NE(hash_of(without(without(capital(), "schema"), "examples")),
            hash_of(without(capital(), "examples")));
}

TEST(Identity, SpellingsOfOneThingAreOne) {
  EXPECT_EQ(hash_of(with(capital(), "/variables/most/type", {{"type", "integer"}})),
            hash_of(capital()));
  EXPECT_EQ(hash_of(with(capital(), "/sampling/temperature", 0.0)), hash_of(capital()));
  EXPECT_EQ(hash_of(with(capital(), "/selection", "fixed")), hash_of(capital()));
  // But a template prints 3.0 and 3.
  const Json number = with(capital(), "/variables/most/type", "number");
  EXPECT_NE(hash_of(with(number, "/variables/most/default", 3.0)), hash_of(number));
}

TEST(Identity, TheJsonIsReadAsTheSameSpec) {
  const PromptSpec spec = test::spec_of(capital());
  const PromptSpec again = test::spec_of(json_of(spec));
  EXPECT_EQ(base::write_json(json_of(again)), base::write_json(json_of(spec)));
  EXPECT_EQ(content_hash(again), content_hash(spec));
}

TEST(Identity, AnswersKeepTheOrderTheyShow) {
  Json json =
      with(capital(), "/examples/0/answer", Json::parse(R"({"capitals": [], "all": true})"));
  const std::string hash = hash_of(json);
  json["examples"][0]["answer"] = Json::parse(R"({"all": true, "capitals": []})");
  EXPECT_NE(hash_of(json), hash);
}

TEST(Identity, ConstantsStayAsTheyAre) {
  const Json schema = Json::parse(R"({"const": {"b": 1, "a": 2}})");
  const Json json = json_of(test::spec_of(with(test::plain(), "/schema", schema)));
  EXPECT_EQ(base::write_json(json["schema"]), R"({"const":{"b":1,"a":2}})");
}

class IdentityOfFiles : public test::TempFolder {};

TEST_F(IdentityOfFiles, TheFormatSaysNothing) {
  test::spill(root() / "s.json", base::write_json(capital()));
  test::spill(root() / "s.toml", R"toml(# a comment
version = "1.2.0"
name = "capital"
user = "{% for c in countries %}Capital of {{ c }}? {% endfor %}At most {{ most }}."
system = '''Answer in JSON.{% if tone %} Be {{ tone }}.{% endif %}'''
sampling = {max_tokens = 64, temperature = 0.0}
[variables]
tone = {trusted = true, default = "", type = "string"}
most = {default = 3, type = "integer"}
countries.type = {minItems = 1, type = "array", items.type = "string"}
[[examples]]
answer.capitals = ["Paris"]
variables.countries = ["France"]
[[examples]]
answer.capitals = ["Lima"]
user = "Capital of {{ Peru }}?"
[schema]
required = ["capitals"]
type = "object"
properties.capitals = {type = "array", items.type = "string"}
properties.all.type = "boolean"
)toml");
  test::spill(root() / "answer.json", base::write_json(capital()["schema"]));
  test::spill(root() / "s.yaml", R"yaml(
name: capital
version: 1.2.0
system: "Answer in JSON.{% if tone %} Be {{ tone }}.{% endif %}"
user: '{% for c in countries %}Capital of {{ c }}? {% endfor %}At most {{ most }}.'
variables:
  tone: {type: string, default: "", trusted: yes}
  most: {type: integer, default: 3}
  countries: {type: {type: array, items: {type: string}, minItems: 1}}
examples:
  - variables: {countries: [France]}
    answer: {capitals: [Paris]}
  - user: Capital of {{ Peru }}?
    answer: {capitals: [Lima]}
schema: {file: answer.json}
sampling: {temperature: 0, max_tokens: 64}
)yaml");
  const auto yes = read_spec(root() / "s.yaml");  // which is a text in YAML 1.2
  ASSERT_FALSE(yes);
  EXPECT_THAT(yes.error().where, testing::EndsWith("s.yaml: /variables/tone/trusted"));
  std::string yaml = base::read_file(root() / "s.yaml").value();
  test::spill(root() / "s.yaml", yaml.replace(yaml.find("trusted: yes"), 12, "trusted: true"));
  for (const char* name : {"s.json", "s.toml", "s.yaml"}) {
    const auto spec = read_spec(root() / name);
    ASSERT_TRUE(spec) << spec.error().line();
    EXPECT_EQ(content_hash(*spec), hash_of(capital())) << name << json_of(*spec);
  }
}

}  // namespace
}  // namespace ashlar::prompt
