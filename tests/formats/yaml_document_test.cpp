// YAML as JSON: scalars, anchors and their limits, places, and all that is refused.
#include "formats/yaml_document.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "formats/document_builder.h"

namespace ashlar::formats {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string json(std::string_view text) {
  const auto read = read_yaml_document(text, "d.yaml");
  return read ? base::write_json(*read) : read.error().line();
}

Error refused(std::string_view text) {
  const auto read = read_yaml_document(text, "d.yaml");
  EXPECT_FALSE(read) << text.substr(0, 80);
  return read ? Error{} : read.error();
}

TEST(YamlDocument, BlocksAndFlows) {
  EXPECT_EQ(json("z: 1\na:\n  - x\n  - {q: [1, 2]}\n  - - y\n"),
            R"({"z":1,"a":["x",{"q":[1,2]},["y"]]})");
  EXPECT_EQ(json("a: |\n  one\n  two\nb: >-\n  one\n  two\n"),
            R"({"a":"one\ntwo\n","b":"one two"})");
  EXPECT_EQ(json("# nothing\n"), "null");
  EXPECT_EQ(json("%YAML 1.2\n---\na: 1\n"), R"({"a":1})");
}

TEST(YamlDocument, QuotesAndTagsMakeText) {
  EXPECT_EQ(json("[1, '1', \"1\", !!str 1, ! 1, null, 'null']"),
            R"([1,"1","1","1","1",null,"null"])");
  EXPECT_EQ(json("a: !!map {b: !!seq [1]}"), R"({"a":{"b":[1]}})");
  EXPECT_EQ(json(R"(a: "\u00e9\t\x41\0")"), "{\"a\":\"é\\tA\\u0000\"}");
}

TEST(YamlDocument, NamesAreStrings) {
  EXPECT_EQ(json("yes: 1\n'1': 2\n\"null\": 3\n"), R"({"yes":1,"1":2,"null":3})");
  for (const char* text : {"a: 1\n1: 2\n", "a: 1\ntrue: 2\n", "a: 1\n~: 2\n", "a: 1\n? [x]\n: 2\n",
                           "a: &x y\n*x : 2\n", "a: {b: 1}\n<<: {c: 1}\n", "a: 1\n&x b: 2\n"}) {
    const Error error = refused(text);
    EXPECT_THAT(error.where, StartsWith("d.yaml:2:")) << text;
    EXPECT_FALSE(error.mend.empty()) << text;
  }
  EXPECT_EQ(json("'<<': 1"), R"({"<<":1})");
}

TEST(YamlDocument, ANameThatComesTwiceIsRefused) {
  const Error error = refused("a: 1\nb: {c: 1, c: 2}\n");
  EXPECT_THAT(error.message, HasSubstr("'c' comes twice"));
  EXPECT_EQ(error.where, "d.yaml:2:11");
  EXPECT_EQ(refused("a: 1\n'a': 2\n").where, "d.yaml:2:1");
}

TEST(YamlDocument, AliasesAreCopies) {
  EXPECT_EQ(json("a: &x [1, &y two]\nb: *x\nc: {d: *y}\n"),
            R"({"a":[1,"two"],"b":[1,"two"],"c":{"d":"two"}})");
  EXPECT_EQ(json("[&x 1, *x, &x 2, *x]"), "[1,1,2,2]");
  EXPECT_THAT(refused("a: *x\n").message, HasSubstr("&x"));
  EXPECT_THAT(refused("a: &x [1, *x]\n").message, HasSubstr("&x"));  // not whole yet
}

TEST(YamlDocument, ABillionLaughsAreTooMany) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 10; ++i) {
    text += fmt::format("a{}: &a{} [", i, i);
    for (int k = 0; k < 10; ++k) text += fmt::format("{}*a{}", k ? ", " : "", i - 1);
    text += "]\n";
  }
  EXPECT_EQ(refused(text).kind, ErrorKind::too_large);
  // Few values, much text.
  std::string texts = "a: &a " + std::string(1 << 20, 'x') + "\nb: [";
  for (int i = 0; i < 20; ++i) texts += "*a, ";
  EXPECT_EQ(refused(texts + "]\n").kind, ErrorKind::too_large);
}

TEST(YamlDocument, AnchorsInsideEachOtherAreCopiesToo) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += fmt::format("&a{} [", i);
  for (int i = 0; i < 2'000; ++i) text += "1,";
  EXPECT_EQ(refused(text + std::string(40, ']')).kind, ErrorKind::too_large);
}

TEST(YamlDocument, DepthIsBounded) {
  for (const char* open : {"[", "{a: ", "- "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_EQ(refused(text).kind, ErrorKind::too_large) << open;
  }
}

TEST(YamlDocument, OtherDocumentsVersionsAndTagsAreRefused) {
  EXPECT_THAT(refused("a: 1\n---\nb: 2\n").message, HasSubstr("second document"));
  EXPECT_THAT(refused("%YAML 1.1\n---\na: yes\n").message, HasSubstr("YAML 1.1"));
  EXPECT_THAT(refused("a: !!binary aGk=\n").message, HasSubstr("yaml.org,2002:binary"));
  EXPECT_THAT(refused("a: !python/object x\n").message, HasSubstr("!python/object"));
  EXPECT_THAT(refused("a: !!set {b}\n").message, HasSubstr("yaml.org,2002:set"));
  EXPECT_THAT(refused("%TAG !e! tag:e.com,2000:\n---\na: 1\n").message, HasSubstr("%TAG"));
  EXPECT_EQ(refused("a: .inf\n").where, "d.yaml:1:4");
}

TEST(YamlDocument, WhatIsNoYamlHasLineAndColumn) {
  EXPECT_EQ(refused("a: 1\nb: [1, 2\n").where, "d.yaml:3:1");
  EXPECT_THAT(refused("a: b: c\n").where, StartsWith("d.yaml:1:"));
  EXPECT_THAT(refused("a:\n\t- b\n").where, StartsWith("d.yaml:2:"));
  EXPECT_THAT(refused("a: \"\\ud800\"\n").where, StartsWith("d.yaml:1:"));
  EXPECT_EQ(refused("a: b\xff\n").where, "d.yaml, byte 4");
  EXPECT_THAT(refused(std::string_view("a: \0", 4)).message, HasSubstr("not YAML"));
}

// All that a text of the greatest length may hold, in time that a test has.
TEST(YamlDocument, NoTextTakesForEver) {
  for (const char* part :
       {"%FOO x\n", "&a ", "- a\n", "? a\n", "!x ", "a:\n", "[]", "'", "# c\n", "*a "}) {
    std::string text;
    while (text.size() + 16 < kMostDocumentBytes) text += part;
    (void)read_yaml_document(text, "d");
  }
}

}  // namespace
}  // namespace ashlar::formats
