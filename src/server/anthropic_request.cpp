#include "server/anthropic_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_pointer.h"
#include "llm/request_json.h"

namespace ashlar::server {
namespace {

using base::Json;

// Blocks that the protocol has and this server doesn't take.
constexpr auto kOtherBlocks = std::to_array<std::string_view>(
    {"image", "document", "search_result", "thinking", "redacted_thinking", "tool_use",
     "tool_result", "server_tool_use", "web_search_tool_result", "container_upload"});

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

class Parser {
 public:
  explicit Parser(AnthropicRequest& request) : request_(request) {}

  Status system(const Json& body);
  Status messages(const Json& body);
  Status cache_control(const Json& holder, const std::string& where);
  Status end();

 private:
  Result<std::string> content(const Json& content, const std::string& where);
  Result<std::string> block(const Json& block, const std::string& where);
  Status message(const Json& message, const std::string& where);
  // What is to be kept ends behind the last message so far, where that has a breakpoint.
  void note_breakpoint() {
    if (std::exchange(marked_, false)) request_.kept = request_.messages.size();
  }

  AnthropicRequest& request_;
  bool marked_ = false;  // by a cache_control
};

// The cache is automatic, so a breakpoint asks for what is done anyway; how long it lasts can't be
// chosen.
Status Parser::cache_control(const Json& holder, const std::string& where) {
  const auto control = holder.find("cache_control");
  if (control == holder.end() || control->is_null()) return {};
  const std::string at = where + "/cache_control";
  if (!control->is_object() || !control->contains("type") || (*control)["type"] != "ephemeral")
    return wrong("cache_control is not of a known type", at, R"(send {"type":"ephemeral"})");
  marked_ = true;
  auto& ignored = request_.asked.ignored;
  const std::string ttl = "cache_control.ttl";
  if (control->contains("ttl") && std::ranges::find(ignored, ttl) == ignored.end())
    ignored.push_back(ttl);
  return {};
}

Result<std::string> Parser::block(const Json& block, const std::string& where) {
  if (!block.is_object())
    return wrong(fmt::format("a content block is {}", block.type_name()), where,
                 R"(send {"type":"text","text":…})");
  const auto type = block.find("type");
  if (type == block.end() || !type->is_string())
    return wrong("a content block has no type", where, R"(send "type":"text")");
  const auto& name = type->get_ref<const std::string&>();
  if (std::ranges::find(kOtherBlocks, name) != kOtherBlocks.end())
    return fail(ErrorKind::unsupported, fmt::format("a block of type '{}' is not supported", name),
                where, "send text blocks only");
  if (name != "text")
    return wrong(fmt::format("no block type '{}'", name), where, R"(send "type":"text")");
  for (const auto& [key, value] : block.items()) {
    const bool nothing = key == "citations" && (value.is_null() || value.empty());
    if (key != "type" && key != "text" && key != "cache_control" && !nothing)
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a text block", key),
                  where + base::pointer_step(key), "leave it out");
  }
  const auto text = block.find("text");
  if (text == block.end() || !text->is_string())
    return wrong("a text block has no text", where + "/text", R"(send "text": a string)");
  ASHLAR_TRY(cache_control(block, where));
  return text->get<std::string>();
}

Result<std::string> Parser::content(const Json& content, const std::string& where) {
  if (content.is_string()) return content.get<std::string>();
  if (!content.is_array())
    return wrong(fmt::format("the content is {}", content.type_name()), where,
                 "send a string or a list of text blocks");
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) {
    ASHLAR_ASSIGN(const std::string part, block(content[i], fmt::format("{}/{}", where, i)));
    text += part;
  }
  return text;
}

Status Parser::system(const Json& body) {
  const auto system = body.find("system");
  if (system == body.end() || system->is_null()) return {};
  ASHLAR_ASSIGN(std::string text, content(*system, "/system"));
  request_.messages.push_back({{"role", "system"}, {"content", std::move(text)}});
  note_breakpoint();
  return {};
}

// Turns of one role after another are one turn to the model, as the API says.
Status Parser::message(const Json& message, const std::string& where) {
  if (!message.is_object())
    return wrong(fmt::format("a message is {}", message.type_name()), where,
                 R"(send {"role":…,"content":…})");
  const auto role = message.find("role");
  const bool known =
      role != message.end() && (*role == "user" || *role == "assistant" || *role == "system");
  if (!known)
    return wrong("a message has no known role", where + "/role", "send user or assistant");
  for (const auto& [key, value] : message.items())
    if (key != "role" && key != "content")
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a message", key),
                  where + base::pointer_step(key), "leave it out");
  const auto given = message.find("content");
  if (given == message.end())
    return wrong("a message has no content", where + "/content", "send a string");
  ASHLAR_ASSIGN(std::string text, content(*given, where + "/content"));
  auto& messages = request_.messages;
  if (!messages.empty() && messages.back()["role"] == *role)
    messages.back()["content"].get_ref<std::string&>() += "\n\n" + text;
  else
    messages.push_back({{"role", *role}, {"content", std::move(text)}});
  note_breakpoint();
  return {};
}

Status Parser::messages(const Json& body) {
  const auto list = body.find("messages");
  if (list == body.end() || !list->is_array() || list->empty())
    return wrong("there are no messages", "/messages",
                 R"(send "messages": [{"role":"user","content":…}])");
  for (std::size_t i = 0; i < list->size(); ++i)
    ASHLAR_TRY(message((*list)[i], fmt::format("/messages/{}", i)));
  return {};
}

// A token that ends in white space is seldom followed by a word: as the API has it, that is the
// caller's to mend.
Status Parser::end() {
  auto& messages = request_.messages;
  note_breakpoint();
  if (messages.back()["role"] == "assistant") {
    request_.prefill = messages.back()["content"].get<std::string>();
    messages.erase(messages.size() - 1);
    const auto last = request_.prefill.find_last_not_of(" \t\r\n");
    if (last + 1 != request_.prefill.size())
      return wrong("the last message is the assistant's and ends in white space", "/messages",
                   "leave the white space out: the answer goes on from there");
  }
  const bool asks =
      std::ranges::any_of(messages, [](const Json& m) { return m["role"] == "user"; });
  if (asks) return {};
  return wrong("there is no message of the user", "/messages",
               R"(send {"role":"user","content":…} first)");
}

}  // namespace

Result<AnthropicRequest> parse_anthropic(const Json& body, bool counting) {
  const auto table = counting ? anthropic_count_fields() : anthropic_fields();
  AnthropicRequest request{.asked = {}, .messages = Json::array(), .prefill = {}};
  ASHLAR_ASSIGN(request.asked, read_fields(body, table));
  const auto given = [&](const char* name) { return body.contains(name) && !body[name].is_null(); };
  if (!given("model")) return wrong("model is missing", "/model", "GET /v1/models lists the names");
  if (!counting && !given("max_tokens"))
    return wrong("max_tokens is missing", "/max_tokens", "say how long the answer may be");
  if (request.asked.draft.sampling.temperature > 1)
    return wrong(fmt::format("temperature is {}", request.asked.draft.sampling.temperature),
                 "/temperature", "give a number from 0 to 1");
  Parser parser(request);
  ASHLAR_TRY(parser.system(body));
  ASHLAR_TRY(parser.messages(body));
  ASHLAR_TRY(parser.cache_control(body, ""));  // one behind everything
  ASHLAR_TRY(parser.end());
  return request;
}

}  // namespace ashlar::server
