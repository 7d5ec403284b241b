#include "server/anthropic_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_pointer.h"
#include "server/anthropic_blocks.h"
#include "server/tool_fields.h"

namespace ashlar::server {
namespace {

using base::Json;

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
  Result<AnthropicTurn> content(const Json& content, std::string_view role,
                                const std::string& where);
  void add(const std::string& role, AnthropicTurn turn);
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

Result<AnthropicTurn> Parser::content(const Json& content, std::string_view role,
                                      const std::string& where) {
  return parse_anthropic_content(
      content, role, where,
      [this](const Json& block, const std::string& at) { return cache_control(block, at); });
}

Status Parser::system(const Json& body) {
  const auto system = body.find("system");
  if (system == body.end() || system->is_null()) return {};
  ASHLAR_ASSIGN(AnthropicTurn turn, content(*system, "system", "/system"));
  request_.messages.push_back({{"role", "system"}, {"content", std::move(turn.text)}});
  note_breakpoint();
  return {};
}

// Turns of one role after another are one turn to the model, as the API says. The results of calls
// stand in front of what else the user says.
void Parser::add(const std::string& role, AnthropicTurn turn) {
  Json& messages = request_.messages;
  for (Json& result : turn.results) messages.push_back(std::move(result));
  if (!turn.results.empty() && turn.text.empty()) return;
  if (messages.empty() || messages.back()["role"] != role) {
    messages.push_back({{"role", role}, {"content", std::move(turn.text)}});
  } else if (!turn.text.empty() || turn.calls.empty()) {
    auto& text = messages.back()["content"].get_ref<std::string&>();
    text += (text.empty() ? "" : "\n\n") + turn.text;
  }
  for (Json& call : turn.calls) messages.back()["tool_calls"].push_back(std::move(call));
}

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
  const auto& name = role->get_ref<const std::string&>();
  ASHLAR_ASSIGN(AnthropicTurn turn, content(*given, name, where + "/content"));
  add(name, std::move(turn));
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
  if (messages.back().contains("tool_calls"))
    return wrong("the last message is a call", "/messages",
                 "send its result: a block of type tool_result");
  if (messages.back()["role"] == "assistant") {
    request_.prefill = messages.back()["content"].get<std::string>();
    messages.erase(messages.size() - 1);
    const auto last = request_.prefill.find_last_not_of(" \t\r\n");
    if (last + 1 != request_.prefill.size())
      return wrong("the last message is the assistant's and ends in white space", "/messages",
                   "leave the white space out: the answer goes on from there");
  }
  const bool asks = std::ranges::any_of(
      messages, [](const Json& m) { return m["role"] == "user" || m["role"] == "tool"; });
  if (asks) return {};
  return wrong("there is no message of the user", "/messages",
               R"(send {"role":"user","content":…} first)");
}

}  // namespace

Result<AnthropicRequest> parse_anthropic(const Json& body, bool counting) {
  const auto table = counting ? anthropic_count_fields() : anthropic_fields();
  AnthropicRequest request;
  request.messages = Json::array();
  ASHLAR_ASSIGN(request.asked, read_fields(body, table));
  ASHLAR_TRY(settle_tools(request.asked));
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
