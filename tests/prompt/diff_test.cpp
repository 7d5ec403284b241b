// Where two specs differ, by pointer.
#include "prompt/diff.h"

#include <gmock/gmock.h>

#include "tests/prompt/specs.h"

namespace ashlar::prompt {
namespace {

using base::Json;
using test::capital;
using test::with;
using test::without;
using testing::ElementsAre;
using testing::IsEmpty;

// "changed /a: 1 → 2"
std::vector<std::string> changes(const Json& before, const Json& after) {
  std::vector<std::string> lines;
  for (const Change& change : diff(test::spec_of(before), test::spec_of(after))) {
    std::string line = std::string(name_of(change.kind)) + " " + change.where + ":";
    if (change.before) line += " " + base::write_json(*change.before);
    if (change.after) line += " → " + base::write_json(*change.after);
    lines.push_back(line);
  }
  return lines;
}

TEST(Diff, EqualSpecsHaveNone) {
  EXPECT_THAT(changes(capital(), capital()), IsEmpty());
  EXPECT_THAT(changes(capital(), with(capital(), "/variables/most/type", {{"type", "integer"}})),
              IsEmpty());
}

TEST(Diff, ValuesThatChanged) {
  EXPECT_THAT(changes(capital(), with(capital(), "/version", "2")),
              ElementsAre("changed /version: \"1.2.0\" → \"2\""));
  EXPECT_THAT(changes(capital(), with(capital(), "/variables/most/default", 4)),
              ElementsAre("changed /variables/most/default: 3 → 4"));
  EXPECT_THAT(changes(capital(), with(capital(), "/schema/properties/all/type", "null")),
              ElementsAre("changed /schema/properties/all/type: \"boolean\" → \"null\""));
  EXPECT_THAT(changes(capital(), with(capital(), "/variables/most/type", {{"minimum", 1}})),
              ElementsAre("removed /variables/most/type/type: \"integer\"",
                          "added /variables/most/type/minimum: → 1"));
}

TEST(Diff, OneAndOnePointZeroDiffer) {
  const Json one = with(capital(), "/schema/properties/all", {{"minimum", 1}});
  EXPECT_THAT(changes(one, with(one, "/schema/properties/all/minimum", 1.0)),
              ElementsAre("changed /schema/properties/all/minimum: 1 → 1.0"));
}

TEST(Diff, VariablesThatCameAndWent) {
  Json json = capital();
  json["variables"].erase("tone");
  json["variables"]["mood"] = {{"type", "string"}};
  EXPECT_THAT(
      changes(capital(), json),
      ElementsAre("removed /variables/tone: {\"type\":{\"type\":\"string\"},\"trusted\":true,"
                  "\"default\":\"\",\"description\":\"of the answer\"}",
                  "added /variables/mood: → {\"type\":{\"type\":\"string\"},"
                  "\"trusted\":false}"));
}

TEST(Diff, AnExampleInFrontLeavesTheOthersAlone) {
  Json json = capital();
  const Json fresh = {{"user", "new"}, {"answer", {{"capitals", Json::array()}}}};
  json["examples"].insert(json["examples"].begin(), fresh);
  EXPECT_THAT(changes(capital(), json), ElementsAre("added /examples/0: → " + fresh.dump()));
  EXPECT_THAT(changes(json, capital()), ElementsAre("removed /examples/0: " + fresh.dump()));
}

TEST(Diff, AnExampleThatChangedIsLookedInto) {
  EXPECT_THAT(changes(capital(), with(capital(), "/examples/1/answer/capitals/0", "Cusco")),
              ElementsAre("changed /examples/1/answer/capitals/0: \"Lima\" → \"Cusco\""));
}

TEST(Diff, PropertiesInAnotherOrder) {
  Json json = capital();
  const Json properties = capital()["schema"]["properties"];
  json["schema"]["properties"] = {{"all", properties["all"]}, {"capitals", properties["capitals"]}};
  EXPECT_THAT(
      changes(capital(), json),
      ElementsAre("reordered /schema/properties: [\"capitals\",\"all\"] → [\"all\",\"capitals\"]"));
}

TEST(Diff, WhatOnlyOneHas) {
  EXPECT_THAT(changes(capital(), without(capital(), "description")),
              ElementsAre("removed /description: \"asks for capitals\""));
  EXPECT_THAT(changes(test::plain(), with(test::plain(), "/system", "s")),
              ElementsAre("added /system: → \"s\""));
}

TEST(DiffLines, TellWhatWentAndCame) {
  EXPECT_THAT(diff_lines("a\nb\nc", "a\nx\nc"), ElementsAre(" a", "-b", "+x", " c"));
  EXPECT_THAT(diff_lines("a", "a\n"), ElementsAre(" a", "+"));
  EXPECT_THAT(diff_lines("", "b"), ElementsAre("-", "+b"));
}

TEST(DiffLines, FarLinesAreLeftOut) {
  EXPECT_THAT(diff_lines("1\n2\n3\n4\n5\n6\n7\nx", "1\n2\n3\n4\n5\n6\n7\ny"),
              ElementsAre("…", " 6", " 7", "-x", "+y"));
  EXPECT_THAT(diff_lines("x\n1\n2\n3\n4\n5\nx", "y\n1\n2\n3\n4\n5\ny"),
              ElementsAre("-x", "+y", " 1", " 2", "…", " 4", " 5", "-x", "+y"));
}

}  // namespace
}  // namespace ashlar::prompt
