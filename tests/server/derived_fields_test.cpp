// What a model of /api/create adds to the requests of a dialect.
#include "server/derived_fields.h"

#include <gtest/gtest.h>

#include "server/anthropic_request.h"
#include "server/endpoints.h"
#include "server/response_request.h"

namespace ashlar::server {
namespace {

using base::Json;

Json with(const char* body, std::span<const Field> table, const char* parameters = "{}") {
  Json json = Json::parse(body);
  add_derived({.base = "b", .system = "Be brief.", .parameters = Json::parse(parameters)}, table,
              json);
  return json;
}

TEST(DerivedFields, ASystemPromptGoesWhereTheDialectHasIt) {
  EXPECT_EQ(with(R"({"messages":[{"role":"user","content":"x"}]})", chat_fields()),
            Json::parse(R"({"messages":[{"role":"system","content":"Be brief."},
                                        {"role":"user","content":"x"}]})"));
  EXPECT_EQ(with(R"({"messages":[{"role":"user"}]})", anthropic_fields())["system"], "Be brief.");
  EXPECT_EQ(with(R"({"input":"x","instructions":null})", response_fields())["instructions"],
            "Be brief.");
  for (const char* own : {R"({"messages":[{"role":"developer","content":"y"}]})",
                          R"({"messages":[]})", R"({"messages":3})", "{}"})
    EXPECT_EQ(with(own, chat_fields()), Json::parse(own));
  const char* own = R"({"input":[{"role":"system","content":"y"}]})";
  EXPECT_EQ(with(own, response_fields()), Json::parse(own));
  EXPECT_EQ(with(R"({"prompt":"x"})", completion_fields()), Json::parse(R"({"prompt":"x"})"));
}

TEST(DerivedFields, ParametersAreFieldsThatTheRequestLeavesOut) {
  const char* parameters =
      R"({"temperature":0.5,"num_predict":7,"stop":["#"],"top_k":-3,"seed":-1,"num_ctx":64,
          "repeat_penalty":1.5,"repeat_last_n":0})";
  EXPECT_EQ(with("{}", completion_fields(), parameters),
            Json::parse(R"({"temperature":0.5,"stop":["#"],"top_k":0,"max_tokens":7})"));
  EXPECT_EQ(with("{}", response_fields(), R"({"num_predict":7})"),
            Json::parse(R"({"instructions":"Be brief.","max_output_tokens":7})"));
  EXPECT_EQ(with(R"({"system":"y"})", anthropic_fields(), R"({"stop":["#"],"num_predict":-1})"),
            Json::parse(R"({"system":"y","stop_sequences":["#"]})"));
  const char* set = R"({"temperature":1,"max_completion_tokens":3,"stop":"!","top_k":null})";
  EXPECT_EQ(with(set, chat_fields(), parameters),
            Json::parse(R"({"temperature":1,"max_completion_tokens":3,"stop":"!","top_k":0})"));
}

// A stop would be refused beside it, and the caller gave none.
TEST(DerivedFields, AFieldIsNotAddedBesideOneThatBarsIt) {
  const char* own = R"({"structured_outputs":{"regex":"a"}})";
  EXPECT_EQ(with(own, chat_fields(), R"({"stop":["#"]})"), Json::parse(own));
  own = R"({"response_format":{"type":"json_object"}})";
  EXPECT_EQ(with(own, chat_fields(), R"({"stop":["#"]})"), Json::parse(own));
  own = R"({"response_format":{"type":"text"}})";
  EXPECT_TRUE(with(own, chat_fields(), R"({"stop":["#"]})").contains("stop"));
}

}  // namespace
}  // namespace ashlar::server
