// The table that JSON fields, flags and --help come from, and the shapes that values may have.
#include "llm/request_fields.h"

#include <gmock/gmock.h>

#include <limits>
#include <set>

namespace ashlar::llm {
namespace {

Status check(std::string_view name, const base::Json& value) {
  return check_shape(name, find_field(name)->shape, value);
}

using base::Json;
using ::testing::HasSubstr;

std::vector<RequestField> all_fields() {
  std::vector<RequestField> all(prompt_fields().begin(), prompt_fields().end());
  for (const auto& more : {sampling_fields(), answer_fields()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(RequestFields, EachIsThereOnceAndAFlagExplainsItself) {
  std::set<std::string_view> names;
  std::set<std::string> flags;
  for (const RequestField& field : all_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    ASSERT_NE(find_field(field.name), nullptr);
    EXPECT_EQ(find_field(field.name)->set, field.set) << field.name;
    if (field.flag.empty()) continue;
    EXPECT_TRUE(flags.insert(long_flag(field)).second) << field.flag;
    EXPECT_TRUE(long_flag(field).starts_with("--"));
    EXPECT_FALSE(field.help.empty()) << field.name;
    EXPECT_EQ(field.value.empty(), field.shape == FieldShape::flag) << field.name;
  }
  EXPECT_EQ(find_field("Temperature"), nullptr);
  EXPECT_EQ(find_field(""), nullptr);
  EXPECT_EQ(long_flag(*find_field("prompt")), "--prompt") << "not its short form";
  EXPECT_EQ(long_flag(*find_field("messages")), "") << "JSON only";
}

// Two spellings of one list, and repeats, add up rather than replace.
TEST(RequestFields, ListsGather) {
  RequestDraft draft;
  const auto set = [&](const char* name, const char* value) {
    find_field(name)->set(Json::parse(value), draft);
  };
  set("stop", R"("a")");
  set("stop", R"(["b", "c"])");
  set("stop_ids", "[1, 2]");
  set("stop_id", "3");
  set("logit_bias", R"({"7": 0.5})");
  set("logit_bias", "[[8, -1]]");
  EXPECT_EQ(draft.sampling.stop, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(draft.sampling.stop_ids, (std::vector<engine::TokenId>{1, 2, 3}));
  EXPECT_EQ(draft.sampling.logit_bias,
            (std::vector<std::pair<engine::TokenId, double>>{{7, 0.5}, {8, -1}}));
  EXPECT_FALSE(draft.seeded);
  set("seed", "0");
  EXPECT_TRUE(draft.seeded) << "a seed of 0 is a seed too";
}

struct Values {
  const char* field;
  std::vector<Json> good, bad;
};

std::vector<Values> shapes() {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const auto json = [](const char* text) { return Json::parse(text); };
  return {
      {"chat", {true, false}, {0, "true", nullptr}},
      {"temperature", {0, -1.5, 1e300, 7u}, {"1", inf, -inf, nan, true, nullptr, json("[1]")}},
      {"top_k", {0, 4294967295u, 1.0}, {-1, -1.0, 1.5, 0x1p32, 4294967296, "1", true}},
      {"priority",
       {0, 5u, -2147483648, 2147483647, -1.0},
       {-2147483649, 2147483648, 2147483648u, 1.5, 0x1p31, "1", true}},
      {"seed", {0, std::numeric_limits<std::uint64_t>::max(), 1e3}, {-1, -1.0, 0x1p64, "1"}},
      {"prompt", {"", "x"}, {1, json(R"(["x"])"), nullptr}},
      {"stop", {"x", json("[]"), json(R"(["x", ""])")}, {1, json(R"(["x", 1])"), json("{}")}},
      {"stop_ids", {3, json("[]"), json("[3, 4.0]")}, {-1, json("[3, -1]"), json(R"(["3"])")}},
      {"logit_bias",
       {json("{}"), json(R"({"7": 1, "4294967295": -2.5})"), json("[]"), json("[[7, 1]]")},
       {7, json("[7, 1]"), json("[[7, 1, 2]]"), json(R"([["7", 1]])"), json(R"([[7, "1"]])"),
        json(R"({"x": 1})"), json(R"({"": 1})"), json(R"({" 7": 1})"), json(R"({"7": "1"})"),
        json(R"({"4294967296": 1})"), Json{{"7", inf}}}},
      {"messages", {json("[]"), json("[1]")}, {json("{}"), "x", nullptr}},
  };
}

TEST(CheckShape, TakesWhatTheFieldHoldsAndNothingNearIt) {
  for (const auto& [name, good, bad] : shapes()) {
    for (const Json& value : good) EXPECT_TRUE(check(name, value)) << value;
    for (const Json& value : bad) {
      const Status status = check(name, value);
      ASSERT_FALSE(status) << name << " " << value;
      EXPECT_EQ(status.error().kind, ErrorKind::bad_input);
      EXPECT_EQ(status.error().where, std::string("/") + name);
    }
  }
}

TEST(CheckShape, TheErrorSaysWhatIsThereAndWhatIsWanted) {
  const Error error = check("top_k", "forty").error();
  EXPECT_EQ(error.message, R"(top_k is "forty", not a whole number from 0 to 4294967295)");
  EXPECT_EQ(error.mend, "give a whole number from 0 to 4294967295");
  // A long value is cut, between characters or with a mark.
  std::string accents;
  for (int i = 0; i < 1000; ++i) accents += "é";
  const std::string cut = check("top_k", accents).error().message;
  EXPECT_THAT(cut, HasSubstr("éé"));
  EXPECT_THAT(cut, HasSubstr("\uFFFD..."));
  EXPECT_LT(cut.size(), 150u);
}

TEST(JsonOfFlag, IsAValueAListOrTrue) {
  EXPECT_EQ(json_of_flag(*find_field("top_k"), std::vector<std::string>{"2"}), Json(2));
  EXPECT_EQ(json_of_flag(*find_field("chat"), {}), Json(true));
  EXPECT_EQ(json_of_flag(*find_field("stop_ids"), std::vector<std::string>{"1", "2"}),
            Json::parse("[1, 2]"));
  EXPECT_EQ(json_of_flag(*find_field("priority"), std::vector<std::string>{"-3"}), Json(-3));
  EXPECT_FALSE(json_of_flag(*find_field("priority"), std::vector<std::string>{"2147483648"}));
  const auto bad = json_of_flag(*find_field("stop_ids"), std::vector<std::string>{"1", "two"});
  EXPECT_EQ(bad.error().message, "'two' is not a whole number from 0 to 4294967295");
  EXPECT_EQ(bad.error().mend, "give --stop-id ID");
}

}  // namespace
}  // namespace ashlar::llm
