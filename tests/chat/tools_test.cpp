#include "chat/tools.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

using base::Json;

std::vector<Tool> tools_of(const char* json) {
  auto tools = parse_tools(Json::parse(json));
  EXPECT_TRUE(tools) << json << ": " << (tools ? "" : tools.error().line());
  return tools ? std::move(*tools) : std::vector<Tool>{};
}
Error error_of(const char* json) {
  const auto tools = parse_tools(Json::parse(json));
  EXPECT_FALSE(tools) << json;
  return tools ? Error{} : tools.error();
}

TEST(Tools, AreReadInEveryShape) {
  const char* shapes[] = {
      R"([{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},
           "strict":true}}])",
      R"([{"type":"function","name":"f","description":"d","parameters":{"type":"object"},
           "strict":true}])",
      R"([{"name":"f","description":"d","input_schema":{"type":"object"},"type":"custom",
           "cache_control":{"type":"ephemeral"},"strict":true}])",
  };
  for (const char* shape : shapes) {
    const auto tools = tools_of(shape);
    ASSERT_EQ(tools.size(), 1u);
    EXPECT_EQ(tools[0].name, "f");
    EXPECT_EQ(tools[0].description, "d");
    EXPECT_EQ(tools[0].parameters, R"({"type":"object"})");
    EXPECT_TRUE(tools[0].strict) << shape;
  }
  const auto mcp = tools_of(R"([{"name":"f","title":"F","inputSchema":{"required":["a"]},
      "annotations":{"readOnlyHint":true},"_meta":{}},{"name":"g","inputSchema":{}}])");
  EXPECT_EQ(mcp[0].parameters, R"({"type":"object","required":["a"]})");
  EXPECT_FALSE(mcp[0].strict);
  EXPECT_EQ(mcp[1].description, std::nullopt);
}

TEST(Tools, WithoutParametersTakeNone) {
  const auto tools = tools_of(R"([{"type":"function","function":{"name":"f","strict":null}}])");
  EXPECT_EQ(tools[0].parameters, R"({"type":"object","properties":{}})");
}

TEST(Tools, KeepTheOrderOfKeys) {
  const auto tools =
      tools_of(R"([{"name":"f","parameters":{"properties":{"z":{},"a":{}},"type":"object"}}])");
  EXPECT_EQ(tools[0].parameters, R"({"properties":{"z":{},"a":{}},"type":"object"})");
  EXPECT_EQ(tool_json(tools[0]).dump(), R"({"type":"function","function":{"name":"f","parameters":)"
                                        R"({"properties":{"z":{},"a":{}},"type":"object"}}})");
}

TEST(Tools, TakeObjectsEvenWhereTheSchemaDoesntSay) {
  EXPECT_EQ(tools_of(R"([{"name":"f","parameters":{"minProperties":1}}])")[0].parameters,
            R"({"type":"object","minProperties":1})");
  EXPECT_EQ(tools_of(R"([{"name":"f","parameters":{"$ref":"#/$defs/a"}}])")[0].parameters,
            R"({"$ref":"#/$defs/a"})")
      << "beside a reference it may mean nothing";
}

TEST(Tools, PointAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/tools"},
      {R"([1])", "/tools/0"},
      {R"([{}])", "/tools/0/name"},
      {R"([{"name":""}])", "/tools/0/name"},
      {R"([{"name":"a b"}])", "/tools/0/name"},
      {R"([{"name":"é"}])", "/tools/0/name"},
      {R"([{"type":1,"name":"f"}])", "/tools/0/type"},
      {R"([{"type":"function","function":1}])", "/tools/0/function"},
      {R"([{"type":"function","function":{}}])", "/tools/0/function/name"},
      {R"([{"name":"f","parameters":[]}])", "/tools/0/parameters"},
      {R"([{"name":"f","parameters":{"type":"string"}}])", "/tools/0/parameters/type"},
      {R"([{"name":"f","parameters":{"type":null}}])", "/tools/0/parameters/type"},
      {R"([{"name":"f","input_schema":null}])", "/tools/0/input_schema"},
      {R"([{"name":"f","inputSchema":true}])", "/tools/0/inputSchema"},
      {R"([{"name":"f","description":1}])", "/tools/0/description"},
      {R"([{"name":"f","strict":1}])", "/tools/0/strict"},
      {R"([{"name":"f"},{"type":"function","function":{"name":"f"}}])", "/tools/1/function/name"},
  };
  for (const auto& [json, where] : cases) {
    const Error error = error_of(json);
    EXPECT_EQ(error.where, where) << json;
    EXPECT_EQ(error.kind, ErrorKind::bad_input) << json;
    EXPECT_FALSE(error.mend.empty()) << json;
  }
  EXPECT_TRUE(parse_tools(Json::array({{{"name", std::string(64, 'x')}}})));
  EXPECT_FALSE(parse_tools(Json::array({{{"name", std::string(65, 'x')}}})));
}

TEST(Tools, RefuseWhatWouldBeDropped) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([{"type":"web_search"}])", "/tools/0/type"},
      {R"([{"name":"f","type":"function","input_schema":{}}])", "/tools/0/type"},
      {R"([{"name":"f","title":"F"}])", "/tools/0/title"},
      {R"([{"name":"f","":1}])", "/tools/0/"},
      {R"([{"name":"f","a/b":1}])", "/tools/0/a~1b"},
      {R"([{"type":"function","function":{"name":"f"},"x":1}])", "/tools/0/x"},
      {R"([{"type":"function","function":{"name":"f","x":1}}])", "/tools/0/function/x"},
  };
  for (const auto& [json, where] : cases) {
    EXPECT_EQ(error_of(json).where, where) << json;
    EXPECT_EQ(error_of(json).kind, ErrorKind::unsupported) << json;
  }
}

std::vector<Tool> two_tools() {
  return tools_of(R"([{"name":"f"},{"name":"g"}])");
}

TEST(ToolChoice, IsReadInEveryShape) {
  using Kind = ToolChoice::Kind;
  struct Case {
    const char* json;
    Kind kind;
    std::string name = {};
    bool parallel = true;
  };
  const Case cases[] = {
      {R"("none")", Kind::none},
      {R"("auto")", Kind::automatic},
      {R"("required")", Kind::required},
      {R"({"type":"function","function":{"name":"g"}})", Kind::required, "g"},
      {R"({"type":"function","name":"g"})", Kind::required, "g"},
      {R"({"type":"none"})", Kind::none},
      {R"({"type":"auto","disable_parallel_tool_use":true})", Kind::automatic, {}, false},
      {R"({"type":"any","disable_parallel_tool_use":false})", Kind::required},
      {R"({"type":"tool","name":"f"})", Kind::required, "f"},
  };
  for (const Case& each : cases) {
    const auto choice = parse_tool_choice(Json::parse(each.json), two_tools());
    ASSERT_TRUE(choice) << each.json << choice.error().line();
    EXPECT_EQ(choice->kind, each.kind) << each.json;
    EXPECT_EQ(choice->name, each.name) << each.json;
    EXPECT_EQ(choice->parallel, each.parallel) << each.json;
  }
}

TEST(ToolChoice, PointsAtWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("any")", "/tool_choice"},
      {R"(1)", "/tool_choice"},
      {R"({})", "/tool_choice/type"},
      {R"({"type":"required"})", "/tool_choice/type"},
      {R"({"type":"tool"})", "/tool_choice/name"},
      {R"({"type":"tool","name":"h"})", "/tool_choice/name"},
      {R"({"type":"auto","name":"f"})", "/tool_choice/name"},
      {R"({"type":"function","function":1})", "/tool_choice/function"},
      {R"({"type":"function","function":{"name":"h"}})", "/tool_choice/function/name"},
      {R"({"type":"function","function":{"name":"f"},"name":"f"})", "/tool_choice/name"},
      {R"({"type":"any","disable_parallel_tool_use":1})", "/tool_choice/disable_parallel_tool_use"},
  };
  for (const auto& [json, where] : cases) {
    const auto choice = parse_tool_choice(Json::parse(json), two_tools());
    ASSERT_FALSE(choice) << json;
    EXPECT_EQ(choice.error().where, where) << json;
  }
  EXPECT_FALSE(parse_tool_choice("required", {}));
  EXPECT_TRUE(parse_tool_choice("auto", {}));
}

}  // namespace
}  // namespace ashlar::chat
