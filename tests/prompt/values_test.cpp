// Values for variables: from text, by type, by default.
#include "prompt/values.h"

#include <gmock/gmock.h>

#include "tests/prompt/specs.h"

namespace ashlar::prompt {
namespace {

using base::Json;
using testing::HasSubstr;

PromptSpec typed(Json type) {
  return test::spec_of(test::with(test::plain(), "/variables/x", {{"type", std::move(type)}}));
}

Json of_text(Json type, const std::string& text) {
  return value_of_text(typed(std::move(type)), "x", text).value();
}

TEST(Values, TextOfAStringIsItself) {
  for (const char* text : {"12", "true", "", "[1]", "\"quoted\"", "a=b"})
    EXPECT_EQ(of_text("string", text), text);
  EXPECT_EQ(of_text({{"type", "string"}, {"maxLength", 9}}, "12"), "12");
}

TEST(Values, OtherTextIsJsonWhereItSpellsSome) {
  EXPECT_EQ(of_text("integer", "12"), 12);
  EXPECT_EQ(of_text("list", R"(["a", 1])"), Json::parse(R"(["a", 1])"));
  EXPECT_EQ(of_text("boolean", "true"), true);
  EXPECT_EQ(of_text("integer", "twelve"), "twelve");  // which the type then refuses
  EXPECT_EQ(of_text({{"enum", {"dry", "warm"}}}, "dry"), "dry");
}

TEST(Values, UndeclaredNamesAreToldTheDeclared) {
  const Error error = value_of_text(typed("string"), "y", "").error();
  EXPECT_THAT(error.message, HasSubstr("'y'"));
  EXPECT_THAT(error.mend, HasSubstr("x"));
  EXPECT_THAT(value_of_text(test::spec_of(test::plain()), "y", "").error().mend, HasSubstr("none"));
}

TEST(Values, EachTypeTakesItsOwn) {
  const Json values = Json::parse(R"(["s", 3, 2.5, true, [1], {"a": 1}])");
  const char* types[] = {"string", "integer", "number", "boolean", "list", "object"};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t k = 0; k < 6; ++k) {
      const bool fine = i == k || (i == 2 && k == 1);  // an integer is a number
      const PromptSpec spec = typed(types[i]);
      EXPECT_EQ(check_value("x", spec.variables.at("x"), values[k], "/x").has_value(), fine)
          << types[i] << " " << values[k];
    }
}

TEST(Values, AWrongValueHasItsPlace) {
  const PromptSpec spec = typed({{"type", "array"}, {"items", {{"type", "integer"}}}});
  const Error error = check_values(spec, Json::parse(R"({"x": [1, "two"]})"), "/variables").error();
  EXPECT_EQ(error.where, "/variables/x/1");
  EXPECT_THAT(error.message, HasSubstr("'x'"));
  EXPECT_THAT(error.mend, HasSubstr("integer"));
  EXPECT_EQ(check_values(spec, Json::array(), "/v").error().where, "/v");
  EXPECT_EQ(check_values(spec, {{"y/z", 1}}, "").error().where, "/y~1z");
}

TEST(Values, DefaultsFillWhatIsLeftOut) {
  const PromptSpec spec = test::spec_of(test::capital());
  const Json values = complete_values(spec, {{"countries", {"Peru"}}, {"most", 1}}).value();
  EXPECT_EQ(values, Json::parse(R"({"countries": ["Peru"], "most": 1, "tone": ""})"));
  const Error missing = complete_values(spec, {{"most", 1}}).error();
  EXPECT_EQ(missing.where, "/countries");
  EXPECT_THAT(missing.message, HasSubstr("'countries' has no value"));
}

TEST(Values, AnExampleNeedsWhatTheTemplateReads) {
  const PromptSpec spec = test::spec_of(test::capital());
  EXPECT_EQ(example_values(spec, {"most"}, Json::object(), "/e").value(), (Json{{"most", 3}}));
  EXPECT_EQ(example_values(spec, {"most", "countries"}, Json::object(), "/e").error().where,
            "/e/countries");
}

}  // namespace
}  // namespace ashlar::prompt
