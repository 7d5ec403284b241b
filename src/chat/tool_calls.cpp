#include "chat/tool_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "base/json_pointer.h"

namespace ashlar::chat {
namespace {

using base::Json;

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}
std::optional<std::string> text_member(const Json& object, const char* name) {
  const Json* found = member(object, name);
  if (!found || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Result<std::string> arguments_text(const Json& function, const std::string& where) {
  const char* mend = "send a JSON object, or its text";
  const Json* arguments = member(function, "arguments");
  if (!arguments) return wrong("a call has no arguments", where, mend);
  if (arguments->is_object()) return base::write_json(*arguments);
  if (!arguments->is_string())
    return wrong(fmt::format("the arguments are {}", arguments->type_name()), where, mend);
  const auto& text = arguments->get_ref<const std::string&>();
  if (text.empty()) return std::string("{}");
  ASHLAR_ASSIGN(const Json parsed, base::parse_json(text, where));
  if (parsed.is_object()) return text;
  return wrong(fmt::format("the arguments are {}", parsed.type_name()), where, mend);
}

Status check_fields(const Json& object, std::initializer_list<std::string_view> known,
                    const std::string& where) {
  for (const auto& [name, value] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a call", name),
                  where + base::pointer_step(name), "leave it out");
  return {};
}

Result<ToolCall> parse_call(const Json& call, const std::string& where) {
  if (!call.is_object())
    return wrong(fmt::format("a call is {}", call.type_name()), where,
                 R"(send {"id":…,"type":"function","function":{…}})");
  ASHLAR_TRY(check_fields(call, {"id", "type", "function", "index"}, where));
  const Json* type = member(call, "type");
  if (type && *type != "function")
    return wrong(fmt::format("a call of type {}", base::write_json(*type)), where + "/type",
                 R"(send "type":"function")");
  const std::string place = where + "/function";
  const Json* function = member(call, "function");
  if (!function || !function->is_object())
    return wrong("a call has no function", place, R"(send {"name":…,"arguments":…})");
  ASHLAR_TRY(check_fields(*function, {"name", "arguments", "index"}, place));
  ToolCall parsed;
  if (const Json* id = member(call, "id")) {
    if (!id->is_string())
      return wrong(fmt::format("an id is {}", id->type_name()), where + "/id", "send a string");
    parsed.id = id->get<std::string>();
  }
  const auto name = text_member(*function, "name");
  if (!name || name->empty())
    return wrong("a call names no function", place + "/name", "send the name of a tool");
  parsed.name = *name;
  ASHLAR_ASSIGN(parsed.arguments, arguments_text(*function, place + "/arguments"));
  return parsed;
}

}  // namespace

Result<std::vector<ToolCall>> parse_tool_calls(const Json& json, std::string_view pointer) {
  if (!json.is_array())
    return wrong(fmt::format("the calls are {}", json.type_name()), std::string(pointer),
                 R"(send [{"id":…,"type":"function","function":{…}}, …])");
  std::vector<ToolCall> calls;
  for (std::size_t i = 0; i < json.size(); ++i) {
    ASHLAR_ASSIGN(ToolCall call, parse_call(json[i], fmt::format("{}/{}", pointer, i)));
    calls.push_back(std::move(call));
  }
  return calls;
}

Json arguments_object(const ToolCall& call) {
  return base::parse_json(call.arguments, "arguments").value_or(Json::object());
}

Json tool_calls_json(const std::vector<ToolCall>& calls) {
  Json list = Json::array();
  for (const ToolCall& call : calls) {
    Json one = Json::object();
    if (call.id) one["id"] = *call.id;
    one["type"] = "function";
    one["function"] = {{"name", call.name}, {"arguments", arguments_object(call)}};
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace ashlar::chat
