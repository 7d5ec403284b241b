#include "server/derived_models.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

class DerivedModelsTest : public test::TempFolder {
 protected:
  std::filesystem::path file() const { return root() / "home" / "derived.json"; }
};

DerivedModel model(const std::string& base) {
  return {.base = base, .system = "s", .parameters = {{"seed", 1}}, .created = 5};
}

TEST_F(DerivedModelsTest, AreKeptForTheNextProcess) {
  DerivedModels first;
  ASSERT_TRUE(first.keep_in(file()));
  ASSERT_TRUE(first.put("a:latest", model("base")));
  DerivedModels second;
  ASSERT_TRUE(second.keep_in(file()));
  const auto found = second.find("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->base, "base");
  EXPECT_EQ(found->system, "s");
  EXPECT_EQ(found->parameters.dump(), R"({"seed":1})");
  EXPECT_EQ(found->created, 5);
  EXPECT_TRUE(second.find("a:latest"));
  EXPECT_FALSE(second.find("a:v2"));
}

TEST_F(DerivedModelsTest, WhatAnotherProcessMadeStays) {
  DerivedModels one, other;
  ASSERT_TRUE(one.keep_in(file()));
  ASSERT_TRUE(other.keep_in(file()));
  ASSERT_TRUE(one.put("a", model("x")));
  ASSERT_TRUE(other.put("b", model("y")));
  EXPECT_TRUE(other.find("a"));
  EXPECT_EQ(other.erase("a").value_or(false), true);
  EXPECT_EQ(other.erase("a").value_or(true), false);
  EXPECT_EQ(other.all().size(), 1u);
}

TEST_F(DerivedModelsTest, ABrokenFileIsNotWrittenOver) {
  test::spill(file(), "{");
  DerivedModels models;
  const auto status = models.keep_in(file());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(base::read_file(file()).value_or(""), "{");
}

TEST(DerivedModelsFile, EveryEntryIsChecked) {
  EXPECT_TRUE(parse_derived(R"({"version":1,"models":{}})", "f"));
  for (const char* text : {"", "[]", R"({"version":2,"models":{}})", R"({"version":1})",
                           R"({"version":1,"models":[]})", R"({"version":1,"models":{"a":{}}})",
                           R"({"version":1,"models":{"a":{"base":1}}})",
                           R"({"version":1,"models":{"../a":{"base":"b"}}})",
                           R"({"version":1,"models":{"a":{"base":"b","x":1}}})",
                           R"({"version":1,"models":{"a":{"base":"b","parameters":[]}}})"})
    EXPECT_FALSE(parse_derived(text, "f")) << text;
}

TEST(DerivedModelsNames, AreNoPaths) {
  for (const char* name : {"a", "a:b", "space/name:tag", "A1._-", "a/b/c"})
    EXPECT_TRUE(check_derived_name(name)) << name;
  for (const char* name : {"", ":", "a:", ":a", "/", "a/", "/a", "a//b", "..", "a/../b", ".a", "-a",
                           "a b", "a:b:c", "a:b/c", "\xC3\xA9", "a\n"})
    EXPECT_FALSE(check_derived_name(name)) << name;
  EXPECT_FALSE(check_derived_name(std::string(129, 'a')));
}

}  // namespace
}  // namespace ashlar::server
