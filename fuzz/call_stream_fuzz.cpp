// An answer with calls, as its language admits it: a byte of the input that doesn't go on is left
// out. However it is cut, the parts are the same; a call that ends has arguments that its schema
// holds of; and the calls, written again in the same syntax, are read as they were.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "chat/tool_syntax.h"
#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"
#include "llm/call_language.h"
#include "llm/call_streams.h"

namespace {

using namespace ashlar;
using Kind = llm::AnswerPart::Kind;

chat::ToolUse tools(std::uint8_t choice) {
  static const auto parsed = *chat::parse_tools(base::Json::parse(R"([
    {"name":"f","inputSchema":{"type":"object","additionalProperties":false,"required":["a"],
      "properties":{"a":{"type":"string","maxLength":4},"b":{"enum":["</tool_call>",[1],null]}}}},
    {"name":"fg","inputSchema":{"type":"object","patternProperties":{"^x":{"type":"integer"}}}},
    {"name":"f-g"}])"));
  chat::ToolUse use{.tools = parsed};
  if ((choice & 1) != 0) use.choice.kind = chat::ToolChoice::Kind::required;
  if ((choice & 3) == 3) use.choice.name = "fg";
  use.choice.parallel = (choice & 4) == 0;
  return use;
}

std::string admitted(grammar::Language& language, std::string_view bytes) {
  std::string text;
  grammar::StateId state = language.start();
  for (const char byte : bytes) {
    const auto next = language.next(state, static_cast<std::uint8_t>(byte));
    if (!next) break;
    if (*next == grammar::kDead) continue;
    state = *next;
    text += byte;
  }
  return text;
}

void check(const chat::ToolUse& use, const chat::ToolCall& call) {
  for (const chat::Tool& tool : use.tools) {
    if (tool.name != call.name) continue;
    const auto value = grammar::read_json(call.arguments, "arguments");
    if (!value || call.arguments.front() != '{') std::abort();
    const auto schema = grammar::load_schema(tool.parameters, {.assert_formats = true});
    if (const auto verdict = grammar::validate(*schema, *value); verdict && !verdict->valid)
      std::abort();
    return;
  }
  std::abort();
}

llm::AnswerMessage read(llm::CallStreams& streams, std::string_view text, std::size_t step,
                        std::uint32_t stream, std::size_t& ended) {
  llm::AnswerMessage message;
  const auto take = [&](const std::vector<llm::AnswerPart>& parts) {
    for (const llm::AnswerPart& part : parts) {
      message.add(part);
      if (part.kind == Kind::end) ++ended;
    }
  };
  for (std::size_t at = 0; at < text.size(); at += step)
    take(streams.read(stream, text.substr(at, step)));
  return message;
}

bool same(const llm::AnswerMessage& a, const llm::AnswerMessage& b) {
  if (a.text != b.text || a.calls.size() != b.calls.size()) return false;
  for (std::size_t i = 0; i < a.calls.size(); ++i)
    if (a.calls[i].name != b.calls[i].name || a.calls[i].arguments != b.calls[i].arguments)
      return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > 1024) return 0;
  const auto& syntax = chat::tool_syntaxes()[data[0] % chat::tool_syntaxes().size()];
  const chat::ToolUse use = tools(data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  auto language = llm::call_language(use, syntax, grammar::ByteSet().set());
  if (!language) std::abort();
  const std::string text = admitted(**language, bytes);
  llm::CallStreams streams(std::move(*language), llm::callable_names(use));
  std::size_t ended = 0, ended_again = 0;
  const auto whole = read(streams, text, 1, 0, ended);
  const auto pieces = read(streams, text, data[2] + 1u, 1, ended_again);
  if (!same(whole, pieces) || ended != ended_again || ended > whole.calls.size()) std::abort();
  for (std::size_t i = 0; i < ended; ++i) check(use, whole.calls[i]);
  return 0;
}
