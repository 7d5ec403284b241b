#include "server/response_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/call.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr auto kRoles =
    std::to_array<std::string_view>({"user", "assistant", "system", "developer"});

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

// A text that must be there.
Result<std::string> text_at(const Json& object, std::string_view name, const std::string& where) {
  const auto field = object.find(name);
  if (field != object.end() && field->is_string()) return field->get<std::string>();
  return wrong(field == object.end() ? fmt::format("{} is missing", name)
                                     : fmt::format("{} is {}", name, field->type_name()),
               fmt::format("{}/{}", where, name), fmt::format("send \"{}\": a string", name));
}

// Beside `known` a field may only be null.
Status only_these(const Json& object, std::span<const std::string_view> known,
                  const std::string& where) {
  for (const auto& [name, value] : object.items())
    if (!value.is_null() && std::ranges::find(known, name) == known.end())
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' is not supported here", name),
                  fmt::format("{}/{}", where, name), "leave it out");
  return {};
}

Json text_content(std::string_view role, std::string_view text) {
  if (role == "assistant") return output_text(text, Json::array());
  return {{"type", "input_text"}, {"text", text}};
}

// annotations and logprobs come with answers that are sent back; they say nothing to the model.
constexpr std::array<std::string_view, 4> kPartFields = {"type", "text", "annotations", "logprobs"};

Result<std::string> parse_part(const Json& part, const std::string& where) {
  if (!part.is_object())
    return wrong(fmt::format("a content part is {}", part.type_name()), where,
                 R"(send {"type": "input_text", "text": …})");
  ASHLAR_ASSIGN(const std::string type, text_at(part, "type", where));
  if (type != "input_text" && type != "output_text")
    return fail(ErrorKind::unsupported, fmt::format("content of type '{}' is not supported", type),
                where + "/type", "only text can be sent");
  ASHLAR_TRY(only_these(part, kPartFields, where));
  return text_at(part, "text", where);
}

Result<Json> parse_content(const Json& item, std::string_view role, const std::string& where) {
  const auto content = item.find("content");
  if (content != item.end() && content->is_string())
    return Json::array({text_content(role, content->get<std::string>())});
  if (content == item.end() || !content->is_array())
    return wrong("the content is neither a text nor a list of parts", where,
                 R"(send "content": a string or a list of parts)");
  Json parts = Json::array();
  for (std::size_t i = 0; i < content->size(); ++i) {
    ASHLAR_ASSIGN(const std::string text,
                  parse_part((*content)[i], fmt::format("{}/{}", where, i)));
    parts.push_back(text_content(role, text));
  }
  return parts;
}

Result<std::string> id_of(const Json& item, std::string_view prefix, const std::string& where) {
  const auto given = item.find("id");
  if (given == item.end() || given->is_null()) return fresh_id(prefix);
  return text_at(item, "id", where);
}

Result<Json> parse_call(const Json& item, const std::string& where) {
  constexpr std::array<std::string_view, 6> kFields = {"id",      "type", "status",
                                                       "call_id", "name", "arguments"};
  ASHLAR_TRY(only_these(item, kFields, where));
  Json call = {{"type", "function_call"}, {"status", "completed"}};
  ASHLAR_ASSIGN(call["id"], id_of(item, "fc_", where));
  for (const char* name : {"call_id", "name", "arguments"}) {
    ASHLAR_ASSIGN(call[name], text_at(item, name, where));
  }
  const auto arguments = base::parse_json(call["arguments"].get_ref<const std::string&>(), "");
  if (arguments && arguments->is_object()) return call;
  return wrong("the arguments are no JSON object", where + "/arguments",
               "send the text of a JSON object");
}

Result<Json> parse_output(const Json& item, const std::string& where) {
  constexpr std::array<std::string_view, 6> kFields = {"id",      "type",   "status",
                                                       "call_id", "output", "name"};
  ASHLAR_TRY(only_these(item, kFields, where));
  Json output = {{"type", "function_call_output"}, {"status", "completed"}, {"output", ""}};
  ASHLAR_ASSIGN(output["id"], id_of(item, "fco_", where));
  ASHLAR_ASSIGN(output["call_id"], text_at(item, "call_id", where));
  const auto given = item.find("output");
  if (given == item.end() || !given->is_array()) {
    ASHLAR_ASSIGN(output["output"], text_at(item, "output", where));
    return output;
  }
  for (std::size_t i = 0; i < given->size(); ++i) {
    ASHLAR_ASSIGN(const std::string text,
                  parse_part((*given)[i], fmt::format("{}/output/{}", where, i)));
    output["output"].get_ref<std::string&>() += text;
  }
  return output;
}

// status and phase come with items that are sent back.
constexpr std::array<std::string_view, 6> kItemFields = {"id",      "type",   "role",
                                                         "content", "status", "phase"};

Result<Json> parse_item(const Json& item, const std::string& where) {
  if (!item.is_object())
    return wrong(fmt::format("an item is {}", item.type_name()), where,
                 R"(send {"role": "user", "content": …})");
  if (const auto type = item.find("type"); type != item.end() && *type != "message") {
    ASHLAR_ASSIGN(const std::string name, text_at(item, "type", where));
    if (name == "function_call") return parse_call(item, where);
    if (name == "function_call_output") return parse_output(item, where);
    return fail(ErrorKind::unsupported, fmt::format("items of type '{}' are not supported", name),
                where + "/type", "send messages, function calls and their outputs");
  }
  ASHLAR_TRY(only_these(item, kItemFields, where));
  ASHLAR_ASSIGN(const std::string role, text_at(item, "role", where));
  if (std::ranges::find(kRoles, role) == kRoles.end())
    return wrong(fmt::format("no role '{}'", role), where + "/role",
                 "send user, assistant, system or developer");
  ASHLAR_ASSIGN(Json content, parse_content(item, role, where + "/content"));
  ASHLAR_ASSIGN(const std::string id, id_of(item, "msg_", where));
  return Json{{"id", id},
              {"type", "message"},
              {"status", "completed"},
              {"role", role},
              {"content", std::move(content)}};
}

}  // namespace

Result<Json> parse_items(const Json& input) {
  if (input.is_string()) return parse_items(Json::array({{{"role", "user"}, {"content", input}}}));
  if (!input.is_array())
    return wrong(fmt::format("the input is {}", input.type_name()), "/input",
                 "send a string or a list of messages");
  Json items = Json::array();
  for (std::size_t i = 0; i < input.size(); ++i) {
    ASHLAR_ASSIGN(Json item, parse_item(input[i], fmt::format("/input/{}", i)));
    items.push_back(std::move(item));
  }
  return items;
}

namespace {

Json message_of(const Json& item) {
  if (item["type"] == "function_call_output")
    return {{"role", "tool"}, {"tool_call_id", item["call_id"]}, {"content", item["output"]}};
  std::string text;
  for (const Json& part : item["content"]) text += part["text"].get_ref<const std::string&>();
  // Templates have no other name for who sets the rules.
  const Json role = item["role"] == "developer" ? Json("system") : item["role"];
  return {{"role", role}, {"content", std::move(text)}};
}

}  // namespace

Json messages_of_items(const Json& items, std::size_t from) {
  Json messages = Json::array();
  for (std::size_t i = from; i < items.size(); ++i) {
    const Json& item = items[i];
    if (item["type"] != "function_call") {
      messages.push_back(message_of(item));
      continue;
    }
    if (messages.empty() || messages.back()["role"] != "assistant")
      messages.push_back({{"role", "assistant"}, {"content", ""}});
    messages.back()["tool_calls"].push_back(
        {{"id", item["call_id"]},
         {"type", "function"},
         {"function", {{"name", item["name"]}, {"arguments", item["arguments"]}}}});
  }
  return messages;
}

bool may_begin(const Json& item) {
  return item["type"] == "message" && item["role"] != "assistant";
}

Json output_text(std::string_view text, Json logprobs) {
  return {{"type", "output_text"},
          {"annotations", Json::array()},
          {"logprobs", std::move(logprobs)},
          {"text", text}};
}

Json output_item(std::string_view id, std::string_view status, Json content) {
  return {{"id", id},
          {"type", "message"},
          {"status", status},
          {"role", "assistant"},
          {"content", std::move(content)}};
}

}  // namespace ashlar::server
