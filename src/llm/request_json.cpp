#include "llm/request_json.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <vector>

#include "base/json_pointer.h"
#include "base/random.h"
#include "llm/request_fields.h"

namespace ashlar::llm {
namespace {

using base::Json;

tl::unexpected<Error> bad(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

std::string known_fields() {
  std::string names;
  for (const auto fields : {prompt_fields(), sampling_fields(), answer_fields()})
    for (const RequestField& field : fields)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", field.name);
  return names;
}

Result<RequestDraft> read_fields(const Json& object) {
  if (!object.is_object())
    return bad(fmt::format("a request is an object, this is {}", object.type_name()), "/",
               "send {\"prompt\": ...} or {\"messages\": [...]}");
  RequestDraft draft;
  for (const auto& [name, value] : object.items()) {
    const RequestField* field = find_field(name);
    if (!field)
      return bad(fmt::format("unknown field '{}'", name), base::pointer_step(name),
                 "the fields are " + known_fields());
    ASHLAR_TRY(check_shape(field->name, field->shape, value));
    field->set(value, draft);
  }
  return draft;
}

bool has_system_message(const Json& messages) {
  for (const Json& message : messages)
    if (message.is_object() && message.contains("role") && message["role"] == "system") return true;
  return false;
}

Json message(std::string_view role, const std::string& content) {
  return {{"role", role}, {"content", content}};
}

Result<Prompt> prompt_of_messages(RequestDraft& draft) {
  if (draft.prompt)
    return bad("both prompt and messages are given", "/prompt", "send one of the two");
  if (draft.chat == false) return bad("messages are always a chat", "/chat", "leave chat out");
  if (draft.system && has_system_message(*draft.messages))
    return bad("the system message is given twice", "/system", "leave it out of one of the two");
  Json messages = Json::array();
  if (draft.system) messages.push_back(message("system", *draft.system));
  for (Json& each : *draft.messages) messages.push_back(std::move(each));
  return Prompt{.text = {}, .messages = std::move(messages)};
}

Result<Prompt> prompt_of_text(RequestDraft& draft) {
  if (!draft.prompt) return bad("neither prompt nor messages is given", "/", "send one of the two");
  if (draft.system && draft.chat == false)
    return bad("a system message needs a chat", "/system", "leave chat out, or system");
  if (draft.tools && draft.chat == false)
    return bad("tools need a chat", "/tools", "leave chat out, or tools");
  if (!draft.chat.value_or(draft.system.has_value() || draft.tools.has_value()))
    return Prompt{.text = *draft.prompt, .messages = {}, .parse_special = draft.parse_special};
  Json messages = Json::array();
  if (draft.system) messages.push_back(message("system", *draft.system));
  messages.push_back(message("user", *draft.prompt));
  return Prompt{.text = {}, .messages = std::move(messages)};
}

Result<grammar::SchemaStyle> style_of(const RequestDraft& draft) {
  if (!draft.schema && (draft.order || draft.white_space || draft.lenient))
    return bad("how JSON is written is asked for without a schema",
               draft.order         ? "order"
               : draft.white_space ? "whitespace"
                                   : "lenient",
               "give a schema too");
  const std::string order = draft.order.value_or("schema");
  const std::string white_space = draft.white_space.value_or("compact");
  if (order != "schema" && order != "free")
    return bad(fmt::format("no order '{}'", order), "order", "say schema or free");
  if (white_space != "compact" && white_space != "any")
    return bad(fmt::format("no white space '{}'", white_space), "whitespace", "say compact or any");
  return grammar::schema_style(order == "free", white_space == "any");
}

Result<grammar::Structure> schema_of(const std::string& text, const grammar::SchemaStyle& style,
                                     bool lenient) {
  grammar::JsonSchema schema{text, style};
  if (!lenient) return schema;
  auto given_up = grammar::give_up(text, style);
  if (!given_up) {
    given_up.error().where.insert(0, "schema");
    return tl::unexpected(std::move(given_up.error()));
  }
  schema.given_up = std::move(*given_up);
  return schema;
}

// Our own JSON may name a tool by a bare word.
Json choice_json(const Json& choice) {
  if (!choice.is_string() || choice == "none" || choice == "auto" || choice == "required")
    return choice;
  return {{"type", "function"}, {"name", choice}};
}

}  // namespace

Result<chat::ToolUse> tools_of(const RequestDraft& draft) {
  chat::ToolUse use;
  if (draft.tools) {
    ASHLAR_ASSIGN(use.tools, chat::parse_tools(*draft.tools));
  }
  if (draft.tool_choice) {
    ASHLAR_ASSIGN(use.choice, chat::parse_tool_choice(choice_json(*draft.tool_choice), use.tools));
  }
  use.choice.parallel = use.choice.parallel && draft.parallel_tool_calls;
  use.syntax = draft.tool_syntax;
  const bool structured = draft.regex || draft.grammar || draft.schema || draft.choices;
  if (use.offers() && structured)
    return bad("an answer that may call tools is asked to have a structure too", "/tools",
               R"(leave one of them out, or send "tool_choice": "none")");
  return use;
}

Result<grammar::Structure> structure_of(const RequestDraft& draft) {
  std::vector<const char*> given;
  if (draft.regex) given.push_back("regex");
  if (draft.choices) given.push_back("choices");
  if (draft.grammar) given.push_back("grammar");
  if (draft.schema) given.push_back("schema");
  ASHLAR_ASSIGN(const grammar::SchemaStyle style, style_of(draft));
  if (given.empty() && draft.sampling.finish > 0 && !draft.tools)
    return bad("what is to be finished has no structure", "finish", "ask for a structure too");
  if (given.empty()) return grammar::Structure();
  if (given.size() > 1)
    return bad(fmt::format("both {} and {} are given", given[0], given[1]), given[1],
               "an answer has one structure");
  const bool stops = !draft.sampling.stop.empty();
  if (stops || !draft.sampling.stop_ids.empty())
    return bad("an answer with a structure ends where that is whole", stops ? "stop" : "stop_ids",
               "leave it out");
  if (draft.regex) return grammar::RegexText{*draft.regex};
  if (draft.grammar) return grammar::GrammarText{*draft.grammar};
  if (draft.schema) return schema_of(*draft.schema, style, draft.lenient);
  return grammar::Choices{*draft.choices};
}

Result<GenerateRequest> parse_request(const Json& object) {
  ASHLAR_ASSIGN(RequestDraft draft, read_fields(object));
  if (auto status = draft.sampling.validate(std::numeric_limits<std::size_t>::max()); !status)
    return tl::unexpected(with_pointer(std::move(status.error())));
  ASHLAR_ASSIGN(Prompt prompt, draft.messages ? prompt_of_messages(draft) : prompt_of_text(draft));
  if (prompt.messages && draft.parse_special)
    return bad("parse_special is for plain prompts", "/parse_special",
               "leave it out: a chat's text stays text");
  ASHLAR_ASSIGN(prompt.tools, tools_of(draft));
  auto structure = structure_of(draft);
  if (!structure) return tl::unexpected(with_pointer(std::move(structure.error())));
  if (!draft.seeded) draft.sampling.seed = base::fresh_seed() >> 11;
  return GenerateRequest{.prompt = std::move(prompt),
                         .sampling = std::move(draft.sampling),
                         .structure = std::move(*structure),
                         .adapter = std::move(draft.adapter),
                         .priority = draft.priority};
}

Error with_pointer(Error error) {
  const std::string name = error.where.substr(0, error.where.find_first_of("[/"));
  if (!find_field(name) && name != "completion") return error;
  for (char& c : error.where)
    if (c == '[') c = '/';
  std::erase(error.where, ']');
  error.where.insert(0, "/");
  return error;
}

Json with_defaults(Json line, const Json& defaults) {
  if (!line.is_object()) return line;
  const bool chat = line.contains("messages");
  const bool has_system =
      chat && line["messages"].is_array() && has_system_message(line["messages"]);
  for (const auto& [name, value] : defaults.items()) {
    if (line.contains(name)) continue;
    if (chat && (name == "chat" || name == "parse_special")) continue;
    if (has_system && name == "system") continue;
    line[name] = value;
  }
  return line;
}

Result<ScoreRequest> parse_score_request(const Json& object) {
  if (!object.is_object())
    return bad(fmt::format("a request is an object, this is {}", object.type_name()), "/",
               "send {\"prompt\": ..., \"completion\": ...}");
  for (const auto& [name, value] : object.items()) {
    if (name != "prompt" && name != "completion" && name != "adapter")
      return bad(fmt::format("unknown field '{}'", name), base::pointer_step(name),
                 "the fields are prompt, completion, adapter");
    if (!value.is_string())
      return bad(fmt::format("{} is {}, not a string", name, value.type_name()),
                 base::pointer_step(name), "give a string");
  }
  for (const char* name : {"prompt", "completion"})
    if (!object.contains(name))
      return bad(fmt::format("{} is missing", name), base::pointer_step(name),
                 "send {\"prompt\": ..., \"completion\": ...}");
  return ScoreRequest{object["prompt"].get<std::string>(), object["completion"].get<std::string>(),
                      object.value("adapter", std::string())};
}

}  // namespace ashlar::llm
