// Python's patterns: those that mean the same here match alike, the others are refused.
#include "model/module_pattern.h"

#include <gmock/gmock.h>

namespace ashlar::model {
namespace {

using Covers = ModulePattern::Covers;
using testing::HasSubstr;

bool matches(std::string_view pattern, Covers covers, std::string_view module) {
  const auto compiled = ModulePattern::compile(pattern, covers, "here");
  if (!compiled) throw std::runtime_error(compiled.error().line());
  return compiled->matches(module);
}

TEST(ModulePattern, AWholeName) {
  EXPECT_TRUE(matches("a.q_proj", Covers::whole, "a.q_proj"));
  EXPECT_FALSE(matches("q_proj", Covers::whole, "a.q_proj"));
  EXPECT_TRUE(matches(".*q_proj", Covers::whole, "a.q_proj"));
  EXPECT_FALSE(matches("a|b", Covers::whole, "ab"));
}

TEST(ModulePattern, AnEndBehindADot) {
  for (const char* pattern : {"q_proj", "[q]_proj"}) {
    EXPECT_TRUE(matches(pattern, Covers::suffix, "q_proj"));
    EXPECT_TRUE(matches(pattern, Covers::suffix, "a.b.q_proj"));
    EXPECT_FALSE(matches(pattern, Covers::suffix, "a.bq_proj"));
    EXPECT_FALSE(matches(pattern, Covers::suffix, "q_proj.a"));
  }
  EXPECT_TRUE(matches("x|q_proj", Covers::suffix, "a.q_proj"));
}

TEST(ModulePattern, ADotIsAnyCharacterInANameToo) {
  EXPECT_TRUE(matches("q.proj", Covers::suffix, "a.q_proj"));
  EXPECT_FALSE(matches("q\\.proj", Covers::suffix, "a.q_proj"));
  EXPECT_TRUE(matches("q\\.proj", Covers::suffix, "a.q.proj"));
}

Error refused(std::string_view pattern) {
  const auto compiled = ModulePattern::compile(pattern, Covers::whole, "here");
  EXPECT_FALSE(compiled) << pattern;
  if (compiled) return {};
  EXPECT_EQ(compiled.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(compiled.error().where, "here");
  return compiled.error();
}

TEST(ModulePattern, WhatPythonTakesDifferentlyIsRefused) {
  for (const char* pattern : {"(?i)q", "(?P<n>q)", "(?!q)", "a{2}", "\\bq", "\\Aq", "(q)\\1", "a++",
                              "a**", "[]a]", "[[:alpha:]]", "q\\", "gr\u00fc.*"})
    EXPECT_THAT(refused(pattern).message, HasSubstr("is not supported"));
  for (const char* pattern : {"(q", "q)*(", "[q", "*q"})
    EXPECT_THAT(refused(pattern).message, HasSubstr("no regular expression"));
  EXPECT_THAT(refused("").message, HasSubstr("0 bytes"));
  EXPECT_THAT(refused(std::string(513, 'a')).message, HasSubstr("513 bytes"));
}

TEST(ModulePattern, NoPatternTakesLong) {
  const std::string name = std::string(200, 'a') + "!";
  EXPECT_FALSE(matches("(a*)*b", Covers::whole, name));
  EXPECT_FALSE(matches("(a|aa|a?)*(a|aa|a?)*(a*a*a*)*c", Covers::suffix, name));
  const std::string deep = std::string(250, '(') + "a" + std::string(250, ')');
  EXPECT_TRUE(matches(deep, Covers::whole, "a"));
}

}  // namespace
}  // namespace ashlar::model
