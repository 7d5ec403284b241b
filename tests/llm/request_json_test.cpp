#include "llm/request_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <ostream>

#include "llm/request_fields.h"

namespace ashlar::llm {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

GenerateRequest request(const char* text) {
  auto parsed = parse_request(Json::parse(text));
  EXPECT_TRUE(parsed) << parsed.error().line();
  return parsed ? std::move(*parsed) : GenerateRequest{};
}

Error error_of(const char* text) {
  auto parsed = parse_request(Json::parse(text));
  EXPECT_FALSE(parsed) << text;
  return parsed ? Error{} : parsed.error();
}

TEST(ParseRequest, PlainPromptWithDefaults) {
  const auto parsed = request(R"({"prompt": "Once"})");
  EXPECT_EQ(parsed.prompt.text, "Once");
  EXPECT_FALSE(parsed.prompt.messages);
  EXPECT_FALSE(parsed.prompt.parse_special);
  EXPECT_EQ(parsed.sampling.temperature, 1);
  EXPECT_EQ(parsed.sampling.top_p, 1);
  EXPECT_EQ(parsed.sampling.max_tokens, 256u);
  EXPECT_FALSE(parsed.sampling.logprobs);
}

TEST(ParseRequest, EveryField) {
  const auto parsed = request(R"({"prompt": "x", "parse_special": true, "max_tokens": 7,
      "temperature": 0.5, "top_k": 40, "top_p": 0.9, "min_p": 0.05, "typical_p": 0.8,
      "repetition_penalty": 1.2, "presence_penalty": -0.5, "frequency_penalty": 0.25,
      "logit_bias": {"5": -1.5, "0": 2}, "seed": 18446744073709551615, "stop": ["a", "b"],
      "stop_ids": [3, 4], "logprobs": 2})");
  const auto& sampling = parsed.sampling;
  EXPECT_TRUE(parsed.prompt.parse_special);
  EXPECT_EQ(sampling.max_tokens, 7u);
  EXPECT_EQ(sampling.temperature, 0.5);
  EXPECT_EQ(sampling.top_k, 40u);
  EXPECT_EQ(sampling.top_p, 0.9);
  EXPECT_EQ(sampling.min_p, 0.05);
  EXPECT_EQ(sampling.typical_p, 0.8);
  EXPECT_EQ(sampling.repetition_penalty, 1.2);
  EXPECT_EQ(sampling.presence_penalty, -0.5);
  EXPECT_EQ(sampling.frequency_penalty, 0.25);
  EXPECT_THAT(sampling.logit_bias, ElementsAre(Pair(5u, -1.5), Pair(0u, 2.0)));
  EXPECT_EQ(sampling.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_THAT(sampling.stop, ElementsAre("a", "b"));
  EXPECT_THAT(sampling.stop_ids, ElementsAre(3u, 4u));
  EXPECT_EQ(sampling.logprobs, 2u);
}

TEST(ParseRequest, ShortForms) {
  const auto parsed =
      request(R"({"prompt": "x", "stop": "end", "stop_id": 9, "logit_bias": [[5, 1], [6, -1]]})");
  EXPECT_THAT(parsed.sampling.stop, ElementsAre("end"));
  EXPECT_THAT(parsed.sampling.stop_ids, ElementsAre(9u));
  EXPECT_THAT(parsed.sampling.logit_bias, ElementsAre(Pair(5u, 1.0), Pair(6u, -1.0)));
}

TEST(ParseRequest, ChatAndSystemBecomeMessages) {
  const auto user = Json::parse(R"([{"role": "user", "content": "Hi"}])");
  const auto both = Json::parse(
      R"([{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}])");
  EXPECT_EQ(request(R"({"prompt": "Hi", "chat": true})").prompt.messages, user);
  EXPECT_EQ(request(R"({"prompt": "Hi", "system": "Be kind"})").prompt.messages, both);
  EXPECT_EQ(request(R"({"messages": [{"role": "user", "content": "Hi"}]})").prompt.messages, user);
  EXPECT_EQ(request(R"({"messages": [{"role": "user", "content": "Hi"}], "system": "Be kind"})")
                .prompt.messages,
            both);
}

// A drawn seed survives readers of JSON that hold numbers as doubles, and differs each time.
TEST(ParseRequest, DrawsASeed) {
  const auto first = request(R"({"prompt": "x"})").sampling.seed;
  EXPECT_LT(first, 1ull << 53);
  EXPECT_NE(first, request(R"({"prompt": "x"})").sampling.seed);
  EXPECT_EQ(request(R"({"prompt": "x", "seed": 0})").sampling.seed, 0u);
}

TEST(ParseRequest, UnknownFieldIsRefusedByName) {
  const Error error = error_of(R"({"prompt": "x", "temprature": 1})");
  EXPECT_EQ(error.kind, ErrorKind::bad_input);
  EXPECT_THAT(error.message, HasSubstr("temprature"));
  EXPECT_EQ(error.where, "/temprature");
  EXPECT_THAT(error.mend, HasSubstr("temperature"));
  EXPECT_EQ(error_of(R"({"prompt": "x", "a/b~c": 1})").where, "/a~1b~0c");
}

TEST(ParseRequest, ToolsImplyAChat) {
  const auto request = parse_request(Json::parse(
      R"({"prompt": "x", "tools": [{"name": "f"}], "tool_choice": "f", "tool_syntax": "hermes",
          "parallel_tool_calls": false})"));
  ASSERT_TRUE(request) << request.error().line();
  EXPECT_TRUE(request->prompt.messages);
  const chat::ToolUse& tools = request->prompt.tools;
  EXPECT_TRUE(tools.offers());
  EXPECT_EQ(tools.choice.name, "f");
  EXPECT_FALSE(tools.choice.parallel);
  EXPECT_EQ(tools.syntax, "hermes");
}

TEST(ParseRequest, ToolsAreRefusedByTheirPlace) {
  EXPECT_EQ(error_of(R"({"prompt": "x", "tools": [{}]})").where, "/tools/0/name");
  EXPECT_EQ(error_of(R"({"prompt": "x", "tools": [], "tool_choice": "required"})").where,
            "/tool_choice");
  EXPECT_EQ(error_of(R"({"prompt": "x", "tools": [{"name": "f"}], "regex": "a"})").where, "/tools");
  EXPECT_EQ(error_of(R"({"prompt": "x", "tools": [{"name": "f"}], "chat": false})").where,
            "/tools");
}

TEST(ParseRequest, ContradictionsAreRefused) {
  EXPECT_EQ(error_of(R"({"prompt": "x", "messages": []})").where, "/prompt");
  EXPECT_THAT(error_of("{}").message, HasSubstr("neither"));
  EXPECT_EQ(error_of(R"({"messages": [], "chat": false})").where, "/chat");
  EXPECT_EQ(error_of(R"({"prompt": "x", "chat": false, "system": "s"})").where, "/system");
  EXPECT_EQ(error_of(R"({"messages": [{"role": "system", "content": "a"}], "system": "b"})").where,
            "/system");
  EXPECT_EQ(error_of(R"({"prompt": "x", "chat": true, "parse_special": true})").where,
            "/parse_special");
  EXPECT_THAT(error_of("[]").message, HasSubstr("array"));
}

struct WrongType {
  const char* text;
  const char* where;

  friend void PrintTo(const WrongType& wrong, std::ostream* out) { *out << wrong.text; }
};

class WrongTypes : public testing::TestWithParam<WrongType> {};

TEST_P(WrongTypes, NameTheField) {
  const Error error = error_of(GetParam().text);
  EXPECT_EQ(error.kind, ErrorKind::bad_input) << GetParam().text;
  EXPECT_EQ(error.where, GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    ParseRequest, WrongTypes,
    testing::Values(WrongType{R"({"prompt": 5})", "/prompt"},
                    WrongType{R"({"messages": {}})", "/messages"},
                    WrongType{R"({"prompt": "x", "chat": 1})", "/chat"},
                    WrongType{R"({"prompt": "x", "temperature": "1"})", "/temperature"},
                    WrongType{R"({"prompt": "x", "temperature": null})", "/temperature"},
                    WrongType{R"({"prompt": "x", "temperature": -1})", "/temperature"},
                    WrongType{R"({"prompt": "x", "top_p": 1.5})", "/top_p"},
                    WrongType{R"({"prompt": "x", "top_k": -1})", "/top_k"},
                    WrongType{R"({"prompt": "x", "top_k": 1.5})", "/top_k"},
                    WrongType{R"({"prompt": "x", "max_tokens": 4294967296})", "/max_tokens"},
                    WrongType{R"({"prompt": "x", "seed": 18446744073709551616})", "/seed"},
                    WrongType{R"({"prompt": "x", "seed": -1})", "/seed"},
                    WrongType{R"({"prompt": "x", "logprobs": true})", "/logprobs"},
                    WrongType{R"({"prompt": "x", "stop": [1]})", "/stop"},
                    WrongType{R"({"prompt": "x", "stop": ["a", ""]})", "/stop/1"},
                    WrongType{R"({"prompt": "x", "stop_ids": ["a"]})", "/stop_ids"},
                    WrongType{R"({"prompt": "x", "logit_bias": {"a": 1}})", "/logit_bias"},
                    WrongType{R"({"prompt": "x", "logit_bias": {"-1": 1}})", "/logit_bias"},
                    WrongType{R"({"prompt": "x", "logit_bias": {"4294967296": 1}})", "/logit_bias"},
                    WrongType{R"({"prompt": "x", "logit_bias": [[5]]})", "/logit_bias"},
                    WrongType{R"({"prompt": "x", "logit_bias": [[5, 1], [5, 2]]})",
                              "/logit_bias"}));

TEST(WithDefaults, TheLineWins) {
  const Json defaults = {{"temperature", 0.5}, {"seed", 1}, {"chat", true}, {"system", "s"}};
  const Json merged = with_defaults(Json::parse(R"({"prompt": "x", "seed": 2})"), defaults);
  EXPECT_EQ(merged, Json::parse(R"({"prompt": "x", "seed": 2, "temperature": 0.5, "chat": true,
                                    "system": "s"})"));
}

TEST(WithDefaults, MessagesTakeOnlyWhatFits) {
  const Json defaults = {{"chat", true}, {"parse_special", true}, {"system", "s"}};
  const Json bare = with_defaults(Json::parse(R"({"messages": []})"), defaults);
  EXPECT_EQ(bare, Json::parse(R"({"messages": [], "system": "s"})"));
  const auto own = Json::parse(R"({"messages": [{"role": "system", "content": "o"}]})");
  EXPECT_EQ(with_defaults(own, defaults), own);
  EXPECT_EQ(with_defaults(Json(5), defaults), Json(5));
}

TEST(WithPointer, EngineFieldsBecomePointers) {
  EXPECT_EQ(with_pointer(Error{ErrorKind::bad_input, "", "top_p", ""}).where, "/top_p");
  EXPECT_EQ(with_pointer(Error{ErrorKind::bad_input, "", "stop[1]", ""}).where, "/stop/1");
  EXPECT_EQ(with_pointer(Error{ErrorKind::corrupt, "", "model.gguf", ""}).where, "model.gguf");
}

TEST(ParseScoreRequest, StringsAndNothingElse) {
  const auto plain = parse_score_request(Json::parse(R"({"prompt": "a", "completion": "b"})"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->prompt + "|" + plain->completion + "|" + plain->adapter, "a|b|");
  const auto adapted =
      parse_score_request(Json::parse(R"({"prompt": "a", "completion": "b", "adapter": "c"})"));
  ASSERT_TRUE(adapted);
  EXPECT_EQ(adapted->adapter, "c");
  for (const auto& [text, where] : std::vector<std::pair<const char*, const char*>>{
           {R"({"prompt": "a"})", "/completion"},
           {R"({"completion": "a"})", "/prompt"},
           {R"({"prompt": 1, "completion": "b"})", "/prompt"},
           {R"({"prompt": "a", "completion": "b", "adapter": null})", "/adapter"},
           {R"({"prompt": "a", "completion": "b", "x": 1})", "/x"},
           {"[]", "/"}}) {
    const auto bad = parse_score_request(Json::parse(text));
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.error().where, where);
  }
}

// What the flags give is what a JSON line with the same numbers gives.
RC_GTEST_PROP(JsonOfFlag, NumbersRoundTrip, (double number, std::uint64_t seed)) {
  RC_PRE(std::isfinite(number));
  const std::string spelled = base::write_json(Json(number));
  const auto value = json_of_flag(*find_field("temperature"), std::vector{spelled});
  RC_ASSERT(value.has_value());
  RC_ASSERT(value->get<double>() == number);
  const auto same = json_of_flag(*find_field("seed"), std::vector{std::to_string(seed)});
  RC_ASSERT(same.has_value());
  RC_ASSERT(same->get<std::uint64_t>() == seed);
}

TEST(JsonOfFlag, BadNumbersNameTheFlag) {
  for (const char* text : {"nan", "inf", "1e999", "", " 1", "1x", "0x10", "--1"}) {
    const auto value = json_of_flag(*find_field("temperature"), std::vector<std::string>{text});
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().where, "--temperature");
    EXPECT_EQ(value.error().kind, ErrorKind::bad_input);
  }
  for (const char* text : {"-1", "1.5", "4294967296", "99999999999999999999", ""})
    EXPECT_FALSE(json_of_flag(*find_field("max_tokens"), std::vector<std::string>{text})) << text;
}

TEST(JsonOfFlag, RepeatedFlagsGather) {
  const auto biases =
      json_of_flag(*find_field("logit_bias"), std::vector<std::string>{"5=-1.5", "7=1e1"});
  ASSERT_TRUE(biases);
  EXPECT_EQ(*biases, Json::parse("[[5, -1.5], [7, 10.0]]"));
  for (const char* text : {"5", "=1", "5=", "a=1", "-5=1", "5=nan"})
    EXPECT_FALSE(json_of_flag(*find_field("logit_bias"), std::vector<std::string>{text})) << text;
  const auto stops = json_of_flag(*find_field("stop"), std::vector<std::string>{"[a,b]", ""});
  ASSERT_TRUE(stops);
  EXPECT_EQ(*stops, Json::parse(R"(["[a,b]", ""])"));
}

TEST(JsonOfFlag, TextMustBeUtf8) {
  const auto value = json_of_flag(*find_field("prompt"), std::vector<std::string>{"ab\xff"});
  ASSERT_FALSE(value);
  EXPECT_THAT(value.error().message, HasSubstr("byte 2"));
}

}  // namespace
}  // namespace ashlar::llm
