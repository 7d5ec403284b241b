#include "hub/catalogue.h"

#include <gmock/gmock.h>

namespace ashlar::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kPackage = std::string(R"([tiny]
description = "a test"
package = "tiny==1.0"
member = "tiny/model.gguf"
bytes = 12
licence = "MIT"
sha256 = ")") + std::string(64, 'a') +
                             "\"\n";

std::string without(const std::string& key) {
  const std::size_t begin = kPackage.find(key + " =");
  return std::string(kPackage).erase(begin, kPackage.find('\n', begin) - begin);
}

Error error_of(const std::string& text) {
  const auto entries = parse_catalogue(text, "test.toml");
  EXPECT_FALSE(entries) << text;
  return entries ? Error{} : entries.error();
}

TEST(Catalogue, TheBuiltInOneIsWellFormed) {
  const auto entries = parse_catalogue(kBuiltInCatalogue, "built in");
  ASSERT_TRUE(entries) << entries.error().line();
  EXPECT_FALSE(entries->empty());
  for (const CatalogueEntry& entry : *entries) {
    EXPECT_NE(entry.licence, "") << entry.name;
    EXPECT_NE(entry.description, "") << entry.name;
  }
}

TEST(Catalogue, ReadsAPackage) {
  const auto entries = parse_catalogue(kPackage, "test.toml");
  ASSERT_TRUE(entries) << entries.error().line();
  ASSERT_EQ(entries->size(), 1u);
  const CatalogueEntry& entry = entries->front();
  EXPECT_EQ(entry.name, "tiny");
  EXPECT_EQ(entry.description, "a test");
  EXPECT_EQ(entry.package, "tiny==1.0");
  EXPECT_EQ(entry.member, "tiny/model.gguf");
  EXPECT_EQ(entry.bytes, 12u);
  EXPECT_EQ(entry.sha256, std::string(64, 'a'));
  EXPECT_EQ(entry.licence, "MIT");
}

TEST(Catalogue, WhatIsWrittenReadsBack) {
  const std::string text = kPackage + "[local]\npath = \"/a \\\"quoted\\\" \u00e4 path\"\n";
  const auto entries = parse_catalogue(text, "test.toml");
  ASSERT_TRUE(entries);
  const auto again = parse_catalogue(write_catalogue(*entries), "again.toml");
  ASSERT_TRUE(again) << again.error().line();
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ(again->front().path, "/a \"quoted\" \u00e4 path");
  EXPECT_EQ(write_catalogue(*again), write_catalogue(*entries));
}

TEST(Catalogue, ErrorsNameLineAndColumn) {
  EXPECT_EQ(error_of("[a]\npath = \"x\"\nbytes = 'many'\n").where, "test.toml:3:9");
  EXPECT_THAT(error_of("[a]\npath = \n").where, HasSubstr("test.toml:2:"));
}

TEST(Catalogue, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(error_of("[a]\npath = 'x'\ncolour = 'red'\n").message, HasSubstr("'colour'"));
  EXPECT_THAT(error_of("[a]\npath = 3\n").message, HasSubstr("'path' must be a string"));
  EXPECT_THAT(error_of("[a]\npath = 'x'\nbytes = -1\n").message, HasSubstr("positive"));
  EXPECT_THAT(error_of("a = 3\n").message, HasSubstr("must be a table"));
  EXPECT_THAT(error_of("['../a']\npath = 'x'\n").message, HasSubstr("can't be a model's name"));
}

TEST(Catalogue, APackageNeedsAllThatItIsCheckedAgainst) {
  for (const char* key : {"package", "member", "bytes", "sha256"})
    EXPECT_THAT(error_of(without(key)).message, HasSubstr(key));
  EXPECT_THAT(error_of("[a]\npackage = 'no-version'\n").message, HasSubstr("NAME==VERSION"));
  EXPECT_THAT(error_of("[a]\npackage = '--index-url==x'\n").message, HasSubstr("NAME==VERSION"));
  EXPECT_THAT(error_of(kPackage + "path = 'x'\n").message, HasSubstr("either"));
  EXPECT_THAT(error_of("[a]\n").message, HasSubstr("either"));
}

TEST(Catalogue, NamesAreSafeAsFileNames) {
  for (const char* good : {"smollm2", "a", "_x", "llama-3.2_1b"}) EXPECT_TRUE(check_name(good));
  for (const char* bad : {"", ".", "..", "-x", "a/b", "A", "a b", "\u00e4"})
    EXPECT_FALSE(check_name(bad)) << bad;
  EXPECT_FALSE(check_name(std::string(65, 'a')));
}

TEST(NearNames, NearestFirst) {
  std::vector<CatalogueEntry> entries(4);
  entries[0].name = "qwen3";
  entries[1].name = "smollm2-big";
  entries[2].name = "smollm2";
  entries[3].name = "smollm3";
  EXPECT_THAT(near_names("smollm2", entries), ElementsAre("smollm2", "smollm3", "smollm2-big"));
  EXPECT_THAT(near_names("smolm3", entries), ElementsAre("smollm3", "smollm2"));
  EXPECT_THAT(near_names("llama", entries), IsEmpty());
  EXPECT_THAT(near_names("", entries), IsEmpty());
}

}  // namespace
}  // namespace ashlar::hub
