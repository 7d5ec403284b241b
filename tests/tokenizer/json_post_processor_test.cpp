#include "tokenizer/json_post_processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Surroundings> read(const std::string& processor) {
  const Json json = Json::parse("{\"post_processor\": " + processor + "}");
  return read_post_processor(JsonPlace(json, "f"), 10);
}

std::string template_of(const std::string& single) {
  return R"({"type": "TemplateProcessing", "pair": [], "single": [)" + single +
         R"(], "special_tokens": {"<s>": {"id": "<s>", "ids": [1, 2]}, "</s>": {"ids": [3]},
            "far": {"ids": [10]}}})";
}

constexpr const char* kText = R"({"Sequence": {"id": "A", "type_id": 0}})";

std::string special(const std::string& name) {
  return R"({"SpecialToken": {"id": ")" + name + R"(", "type_id": 0}})";
}

void expect_refused(const std::string& processor, std::string_view message, std::string_view where,
                    ErrorKind kind) {
  const auto around = read(processor);
  ASSERT_FALSE(around);
  EXPECT_EQ(around.error().kind, kind);
  EXPECT_THAT(around.error().message, HasSubstr(std::string(message)));
  EXPECT_EQ(around.error().where, where);
}

TEST(JsonPostProcessor, ATemplateSaysWhatStandsBeforeAndBehindAText) {
  const auto around = read(template_of(special("<s>") + "," + kText + "," + special("</s>")));
  ASSERT_TRUE(around) << around.error().line();
  EXPECT_THAT(around->prefix, ElementsAre(1, 2));
  EXPECT_THAT(around->suffix, ElementsAre(3));
}

TEST(JsonPostProcessor, OthersDoTooOrNothing) {
  EXPECT_THAT(read("null")->prefix, ElementsAre());
  const std::string offsets = R"({"type": "ByteLevel", "trim_offsets": true})";
  EXPECT_THAT(read(offsets)->suffix, ElementsAre());
  const auto bert = read(R"({"type": "BertProcessing", "sep": ["b", 5], "cls": ["a", 4]})");
  EXPECT_THAT(bert->prefix, ElementsAre(4));
  EXPECT_THAT(bert->suffix, ElementsAre(5));
  const auto sequence = read(R"({"type": "Sequence", "processors": [)" + offsets + "," +
                             template_of(special("</s>") + "," + kText) + "]}");
  EXPECT_THAT(sequence->prefix, ElementsAre(3));
}

TEST(JsonPostProcessor, RefusesByNameAndPlace) {
  const auto unsupported = ErrorKind::unsupported, corrupt = ErrorKind::corrupt;
  expect_refused(R"({"type": "Magic"})", "'Magic'", "f: /post_processor", unsupported);
  const std::string text = template_of(kText);
  expect_refused(R"({"type": "Sequence", "processors": [)" + text + "," + text + "]}", "a second",
                 "f: /post_processor/processors/1", unsupported);
  expect_refused(template_of(special("<s>")), "without the text", "f: /post_processor/single",
                 unsupported);
  expect_refused(template_of(std::string(kText) + "," + kText), "isn't one text",
                 "f: /post_processor/single/1/Sequence", unsupported);
  expect_refused(template_of(special("none")), "'none' is no special token",
                 "f: /post_processor/single/0/SpecialToken", corrupt);
  expect_refused(template_of(special("far")), "token id 10 in a vocabulary of 10",
                 "f: /post_processor/special_tokens/far/ids/0", corrupt);
  expect_refused(R"({"type": "BertProcessing", "sep": ["b"], "cls": ["a", 4]})", "not a token",
                 "f: /post_processor/sep", corrupt);
}

}  // namespace
}  // namespace ashlar::tokenizer
