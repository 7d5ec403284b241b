// What a spec as a whole has wrong, each rule alone.
#include "prompt/lint.h"

#include <gmock/gmock.h>

#include "tests/prompt/specs.h"

namespace ashlar::prompt {
namespace {

using base::Json;
using test::capital;
using test::with;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "error undeclared-variable /user", one a finding.
std::vector<std::string> found(const Json& json) {
  std::vector<std::string> lines;
  for (const Finding& each : lint(test::spec_of(json))) {
    lines.push_back(std::string(each.breaks ? "error " : "warning ") + std::string(each.rule) +
                    " " + each.where);
    EXPECT_FALSE(each.message.empty() || each.mend.empty());
  }
  return lines;
}

TEST(Lint, NothingIsWrongWithAGoodSpec) {
  EXPECT_THAT(found(capital()), IsEmpty());
  EXPECT_THAT(found(test::plain()), IsEmpty());
}

TEST(Lint, AnUntrustedVariableInTheSystemMessage) {
  EXPECT_THAT(found(with(capital(), "/variables/tone/trusted", false)),
              ElementsAre("warning untrusted-in-system /system"));
  // Also where it only decides.
  EXPECT_THAT(found(with(capital(), "/system", "{% if most > 1 %}x{% endif %}{{ tone }}")),
              ElementsAre("warning untrusted-in-system /system"));
}

TEST(Lint, AVariableThatNobodyReads) {
  EXPECT_THAT(found(with(capital(), "/system", "Answer.")),
              ElementsAre("warning unused-variable /variables/tone"));
  // What the template sets before it reads it isn't the variable.
  EXPECT_THAT(found(with(capital(), "/system", "{% set tone = 1 %}{{ tone }}")),
              ElementsAre("warning unused-variable /variables/tone"));
}

TEST(Lint, ANameThatNobodyDeclares) {
  EXPECT_THAT(found(with(capital(), "/system", "{{ tone }}{{ mood }}")),
              ElementsAre("error undeclared-variable /system"));
  EXPECT_THAT(found(test::plain("{{ who }}{{ range(3) }}")),
              ElementsAre("error undeclared-variable /user"));
}

TEST(Lint, AnExampleThatMissesAVariable) {
  EXPECT_THAT(found(with(capital(), "/examples/0/variables", Json::object())),
              ElementsAre("error example-variables /examples/0/variables/countries"));
  EXPECT_THAT(found(with(capital(), "/examples/0/variables/most", "many")),
              ElementsAre("error example-variables /examples/0/variables/most"));
  EXPECT_THAT(found(with(capital(), "/examples/0/variables/mots", 1)),
              ElementsAre("error example-variables /examples/0/variables/mots"));
}

TEST(Lint, AnExampleThatViolatesTheSchema) {
  EXPECT_THAT(found(with(capital(), "/examples/1/answer", Json{{"capitals", {"Lima", 7}}})),
              ElementsAre("error example-schema /examples/1/answer/capitals/1"));
  const auto findings = lint(test::spec_of(with(capital(), "/examples/0/answer", Json::object())));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("/schema/required"));
  EXPECT_THAT(found(with(capital(), "/examples/0/answer", "text")),
              ElementsAre("error example-schema /examples/0/answer"));
}

TEST(Lint, FindingsEnd) {
  Json answer = Json::object();
  answer["capitals"] = Json::array();
  for (int i = 0; i < 600; ++i) answer["capitals"].push_back(i);
  Json json = capital();
  for (int i = 0; i < 9; ++i) json["examples"].push_back({{"user", "u"}, {"answer", answer}});
  EXPECT_EQ(found(json).size(), 1'200u);
}

TEST(Lint, SeveralInTheSpecsOrder) {
  Json json = with(capital(), "/variables/tone/trusted", false);
  json["user"] = "{{ who }}{{ countries }}";
  json["examples"][1]["answer"] = 1;
  EXPECT_THAT(found(json),
              ElementsAre("warning untrusted-in-system /system", "error undeclared-variable /user",
                          "warning unused-variable /variables/most",
                          "error example-schema /examples/1/answer"));
}

TEST(Lint, APromptLongerThanTheContext) {
  EXPECT_FALSE(lint_length(99, 100, std::nullopt));
  const auto full = lint_length(100, 100, std::nullopt);
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->breaks);
  EXPECT_EQ(full->rule, "prompt-too-long");
  EXPECT_EQ(full->message, "the prompt has 100 tokens, the context holds 100");
  EXPECT_FALSE(lint_length(60, 100, 40));
  const auto tight = lint_length(61, 100, 40);
  ASSERT_TRUE(tight);
  EXPECT_FALSE(tight->breaks);
  EXPECT_THAT(tight->message, HasSubstr("ends after 39"));
}

TEST(Lint, TheAnswersLengthIsTheSamplings) {
  EXPECT_EQ(most_answer_tokens(test::spec_of(capital())), 64u);
  EXPECT_FALSE(most_answer_tokens(test::spec_of(test::plain())));
}

TEST(Lint, FindingsAsJson) {
  const Json json = json_of(Finding{"a-rule", true, "m", "/w", "n"});
  EXPECT_EQ(base::write_json(json),
            R"({"rule":"a-rule","level":"error","message":"m","where":"/w","mend":"n"})");
}

}  // namespace
}  // namespace ashlar::prompt
