#include "chat/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_pointer.h"

namespace ashlar::chat {
namespace {

using base::Json;

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}
tl::unexpected<Error> unknown(std::string message, std::string where) {
  return fail(ErrorKind::unsupported, std::move(message), std::move(where), "leave it out");
}

// A member that is there and not null.
const Json* member(const Json& object, std::string_view name) {
  const auto found = object.find(std::string(name));
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

// How a tool may be described: where its schema is, what its type may be, and what is no news to
// the model.
struct Shape {
  std::string_view schema;
  std::string_view type;
  bool needs_schema;
  std::array<std::string_view, 6> passed_over = {};
};
constexpr Shape kOpenAi{"parameters", "function", false};
constexpr Shape kAnthropic{"input_schema", "custom", true, {"cache_control"}};
constexpr Shape kMcp{"inputSchema",
                     "",
                     true,
                     {"title", "icons", "annotations", "outputSchema", "execution", "_meta"}};

const Shape& shape_of(const Json& tool) {
  if (tool.contains(kAnthropic.schema)) return kAnthropic;
  return tool.contains(kMcp.schema) ? kMcp : kOpenAi;
}

Status check_fields(const Json& tool, const Shape& shape, const std::string& where) {
  constexpr std::array<std::string_view, 4> kOfAll{"type", "name", "description", "strict"};
  for (const auto& [name, value] : tool.items())
    if (name != shape.schema && std::ranges::find(kOfAll, name) == kOfAll.end() &&
        (name.empty() || std::ranges::find(shape.passed_over, name) == shape.passed_over.end()))
      return unknown(fmt::format("the field '{}' of a tool", name),
                     where + base::pointer_step(name));
  return {};
}

// `type` may be left out where the shape tells by itself what the tool is.
Status check_type(const Json& tool, std::string_view wanted, const std::string& where) {
  const Json* type = member(tool, "type");
  if (!type) return {};
  if (!type->is_string())
    return wrong(fmt::format("the type is {}", type->type_name()), where + "/type",
                 "send \"function\"");
  if (*type == wanted) return {};
  return fail(ErrorKind::unsupported,
              fmt::format("tools of type '{}'", type->get_ref<const std::string&>()),
              where + "/type", "describe the tool as a function");
}

Result<std::string> name_of(const Json& object, const std::string& where) {
  const std::string mend = fmt::format("send 1 to {} of A-Z, a-z, 0-9, _ and -", kMostToolName);
  const Json* name = member(object, "name");
  if (!name || !name->is_string()) return wrong("a tool has no name", where + "/name", mend);
  const auto& text = name->get_ref<const std::string&>();
  const auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (!text.empty() && text.size() <= kMostToolName && std::ranges::all_of(text, is_allowed))
    return text;
  return wrong(fmt::format("a tool can't be named '{}'", text), where + "/name", mend);
}

Result<std::string> schema_text(const Json& tool, const Shape& shape, const std::string& where) {
  const std::string place = fmt::format("{}/{}", where, shape.schema);
  const Json* schema = member(tool, shape.schema);
  if (!schema && !shape.needs_schema) return std::string(R"({"type":"object","properties":{}})");
  if (!schema || !schema->is_object())
    return wrong(fmt::format("a tool's parameters are {}", schema ? schema->type_name() : "null"),
                 place, R"(send a JSON Schema: {"type":"object","properties":{…}})");
  const auto type = schema->find("type");
  if (type != schema->end() && *type != "object")
    return wrong("a tool's parameters are no object", place + "/type", R"(send "type":"object")");
  if (type != schema->end() || schema->contains("$ref")) return base::write_json(*schema);
  Json of_object{{"type", "object"}};
  of_object.update(*schema);
  return base::write_json(of_object);
}

Result<Tool> parse_function(const Json& tool, const Shape& shape, const std::string& where) {
  ASHLAR_TRY(check_fields(tool, shape, where));
  Tool parsed;
  ASHLAR_ASSIGN(parsed.name, name_of(tool, where));
  ASHLAR_ASSIGN(parsed.parameters, schema_text(tool, shape, where));
  parsed.pointer = fmt::format("{}/{}", where, shape.schema);
  if (const Json* text = member(tool, "description")) {
    if (!text->is_string())
      return wrong(fmt::format("a description is {}", text->type_name()), where + "/description",
                   "send a string");
    parsed.description = text->get<std::string>();
  }
  if (const Json* strict = member(tool, "strict")) {
    if (!strict->is_boolean())
      return wrong(fmt::format("strict is {}", strict->type_name()), where + "/strict",
                   "send true or false");
    parsed.strict = strict->get<bool>();
  }
  return parsed;
}

struct Located {
  Tool tool;
  std::string where;  // of its fields
};

Result<Located> parse_tool(const Json& tool, const std::string& where) {
  if (!tool.is_object())
    return wrong(fmt::format("a tool is {}", tool.type_name()), where,
                 R"(send {"type":"function","function":{"name":…,"parameters":…}})");
  const Shape& shape = shape_of(tool);
  ASHLAR_TRY(check_type(tool, shape.type, where));
  const Json* function = member(tool, "function");
  if (!function) {
    ASHLAR_ASSIGN(Tool parsed, parse_function(tool, shape, where));
    return Located{std::move(parsed), where};
  }
  for (const auto& [name, value] : tool.items())
    if (name != "type" && name != "function")
      return unknown(fmt::format("the field '{}' beside a tool's function", name),
                     where + base::pointer_step(name));
  const std::string place = where + "/function";
  if (!function->is_object())
    return wrong(fmt::format("a function is {}", function->type_name()), place,
                 R"(send {"name":…,"parameters":…})");
  ASHLAR_ASSIGN(Tool parsed, parse_function(*function, kOpenAi, place));
  return Located{std::move(parsed), place};
}

bool has_tool(const std::vector<Tool>& tools, std::string_view name) {
  return std::ranges::any_of(tools, [&](const Tool& each) { return each.name == name; });
}

struct ChoiceWord {
  std::string_view word;
  ToolChoice::Kind kind;
};
constexpr ChoiceWord kOfOpenAi[] = {{"none", ToolChoice::Kind::none},
                                    {"auto", ToolChoice::Kind::automatic},
                                    {"required", ToolChoice::Kind::required}};
// Those of objects; the last two name a tool.
constexpr ChoiceWord kOfObjects[] = {{"none", ToolChoice::Kind::none},
                                     {"auto", ToolChoice::Kind::automatic},
                                     {"any", ToolChoice::Kind::required},
                                     {"tool", ToolChoice::Kind::required},
                                     {"function", ToolChoice::Kind::required}};

template <std::size_t N>
Result<ToolChoice> choice_of(const Json& word, const ChoiceWord (&words)[N], std::string where) {
  std::string known;
  for (const ChoiceWord& each : words) {
    if (word == each.word) return ToolChoice{each.kind};
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", each.word);
  }
  return wrong(fmt::format("the choice of tools is {}", base::write_json(word)), std::move(where),
               "send one of " + known);
}

Result<std::string> chosen_name(const Json& object, const std::vector<Tool>& tools,
                                const std::string& where) {
  const Json* name = member(object, "name");
  if (!name || !name->is_string())
    return wrong("the choice names no tool", where + "/name", "send the name of a tool");
  const auto& text = name->get_ref<const std::string&>();
  if (has_tool(tools, text)) return text;
  return wrong(fmt::format("no tool '{}'", text), where + "/name", "name one of the tools");
}

Result<ToolChoice> choice_of_object(const Json& json, const std::vector<Tool>& tools,
                                    const std::string& where) {
  const Json* type = member(json, "type");
  if (!type) return wrong("the choice of tools has no type", where + "/type", "send one");
  ASHLAR_ASSIGN(ToolChoice choice, choice_of(*type, kOfObjects, where + "/type"));
  const Json* function = *type == "function" ? member(json, "function") : nullptr;
  const bool is_named = *type == "tool" || *type == "function";
  for (const auto& [name, value] : json.items())
    if (name != "type" && !(name == "name" && is_named && !function) &&
        !(name == "function" && function) &&
        !(name == "disable_parallel_tool_use" && *type != "function"))
      return unknown(fmt::format("the field '{}' of a choice of tools", name),
                     where + base::pointer_step(name));
  if (function && !function->is_object())
    return wrong(fmt::format("a function is {}", function->type_name()), where + "/function",
                 R"(send {"name":…})");
  if (is_named) {
    ASHLAR_ASSIGN(choice.name, chosen_name(function ? *function : json, tools,
                                           function ? where + "/function" : where));
  }
  if (const Json* alone = member(json, "disable_parallel_tool_use")) {
    if (!alone->is_boolean())
      return wrong(fmt::format("disable_parallel_tool_use is {}", alone->type_name()),
                   where + "/disable_parallel_tool_use", "send true or false");
    choice.parallel = !alone->get<bool>();
  }
  return choice;
}

}  // namespace

Result<std::vector<Tool>> parse_tools(const Json& json, std::string_view pointer) {
  if (!json.is_array())
    return wrong(fmt::format("the tools are {}", json.type_name()), std::string(pointer),
                 R"(send [{"type":"function","function":{…}}, …])");
  std::vector<Tool> tools;
  for (std::size_t i = 0; i < json.size(); ++i) {
    ASHLAR_ASSIGN(Located parsed, parse_tool(json[i], fmt::format("{}/{}", pointer, i)));
    if (has_tool(tools, parsed.tool.name))
      return wrong(fmt::format("two tools are named '{}'", parsed.tool.name),
                   parsed.where + "/name", "give each a name of its own");
    tools.push_back(std::move(parsed.tool));
  }
  return tools;
}

Json tool_json(const Tool& tool) {
  Json function{{"name", tool.name}};
  if (tool.description) function["description"] = *tool.description;
  function["parameters"] = Json::parse(tool.parameters, nullptr, false);
  return {{"type", "function"}, {"function", std::move(function)}};
}

Json tool_choice_json(const ToolChoice& choice) {
  if (!choice.name.empty()) return {{"type", "function"}, {"function", {{"name", choice.name}}}};
  for (const ChoiceWord& each : kOfOpenAi)
    if (each.kind == choice.kind) return each.word;
  return nullptr;
}

Result<ToolChoice> parse_tool_choice(const Json& json, const std::vector<Tool>& tools,
                                     std::string_view pointer) {
  const std::string where(pointer);
  ASHLAR_ASSIGN(ToolChoice choice, json.is_object() ? choice_of_object(json, tools, where)
                                                    : choice_of(json, kOfOpenAi, where));
  if (choice.kind == ToolChoice::Kind::required && tools.empty())
    return wrong("a call is required, and there are no tools", where, "send tools");
  return choice;
}

}  // namespace ashlar::chat
