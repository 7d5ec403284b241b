#include "server/anthropic_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/json_pointer.h"

namespace ashlar::server {
namespace {

using base::Json;

// Blocks that the protocol has and this server doesn't take.
constexpr auto kOtherBlocks = std::to_array<std::string_view>(
    {"image", "document", "search_result", "thinking", "redacted_thinking", "server_tool_use",
     "web_search_tool_result", "container_upload"});

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

Result<std::string> text_at(const Json& block, const char* name, const std::string& where) {
  const auto text = block.find(name);
  if (text != block.end() && text->is_string()) return text->get<std::string>();
  return wrong(fmt::format("a block has no {}", name), fmt::format("{}/{}", where, name),
               fmt::format("send \"{}\": a string", name));
}

// Fields that say nothing may be there too.
Status check_fields(const Json& block, std::initializer_list<std::string_view> known,
                    const std::string& where) {
  for (const auto& [name, value] : block.items()) {
    const bool nothing = value.is_null() || (name == "citations" && value.empty());
    if (!nothing && name != "type" && name != "cache_control" &&
        std::find(known.begin(), known.end(), name) == known.end())
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' of a block", name),
                  where + base::pointer_step(name), "leave it out");
  }
  return {};
}

class Blocks {
 public:
  Blocks(std::string_view role, const OnAnthropicBlock& on_block)
      : role_(role), on_block_(on_block) {}

  Status add(const Json& block, const std::string& where);
  AnthropicTurn turn() && { return std::move(turn_); }

 private:
  Status add_call(const Json& block, const std::string& where);
  Status add_result(const Json& block, const std::string& where);

  std::string_view role_;
  const OnAnthropicBlock& on_block_;
  AnthropicTurn turn_ = {};
};

Status Blocks::add(const Json& block, const std::string& where) {
  if (!block.is_object())
    return wrong(fmt::format("a content block is {}", block.type_name()), where,
                 R"(send {"type":"text","text":…})");
  const auto type = block.find("type");
  if (type == block.end() || !type->is_string())
    return wrong("a content block has no type", where, R"(send "type":"text")");
  const auto& name = type->get_ref<const std::string&>();
  if (name == "tool_use" && role_ == "assistant") {
    ASHLAR_TRY(add_call(block, where));
  } else if (name == "tool_result" && role_ == "user") {
    ASHLAR_TRY(add_result(block, where));
  } else if (name == "text") {
    ASHLAR_TRY(check_fields(block, {"text"}, where));
    ASHLAR_ASSIGN(const std::string text, text_at(block, "text", where));
    turn_.text += text;
  } else if (std::ranges::find(kOtherBlocks, name) != kOtherBlocks.end()) {
    return fail(ErrorKind::unsupported, fmt::format("a block of type '{}' is not supported", name),
                where, "send blocks of text, tool_use and tool_result only");
  } else {
    return wrong(fmt::format("no block type '{}' of the {}", name, role_), where,
                 R"(send "type":"text")");
  }
  return on_block_(block, where);
}

Status Blocks::add_call(const Json& block, const std::string& where) {
  ASHLAR_TRY(check_fields(block, {"id", "name", "input"}, where));
  ASHLAR_ASSIGN(const std::string id, text_at(block, "id", where));
  ASHLAR_ASSIGN(const std::string name, text_at(block, "name", where));
  const auto input = block.find("input");
  if (input == block.end() || !input->is_object())
    return wrong("a call has no input", where + "/input", "send an object");
  turn_.calls.push_back({{"id", id},
                         {"type", "function"},
                         {"function", {{"name", name}, {"arguments", base::write_json(*input)}}}});
  return {};
}

Status Blocks::add_result(const Json& block, const std::string& where) {
  ASHLAR_TRY(check_fields(block, {"tool_use_id", "content", "is_error"}, where));
  ASHLAR_ASSIGN(const std::string id, text_at(block, "tool_use_id", where));
  const auto failed = block.find("is_error");
  if (failed != block.end() && !failed->is_null() && !failed->is_boolean())
    return wrong(fmt::format("is_error is {}", failed->type_name()), where + "/is_error",
                 "send true or false");
  std::string text = failed != block.end() && *failed == true ? "Error: " : "";
  if (const auto content = block.find("content"); content != block.end() && !content->is_null()) {
    ASHLAR_ASSIGN(const AnthropicTurn inner,
                  parse_anthropic_content(*content, "tool", where + "/content", on_block_));
    text += inner.text;
  }
  turn_.results.push_back({{"role", "tool"}, {"tool_call_id", id}, {"content", std::move(text)}});
  return {};
}

}  // namespace

Result<AnthropicTurn> parse_anthropic_content(const Json& content, std::string_view role,
                                              const std::string& where,
                                              const OnAnthropicBlock& on_block) {
  if (content.is_string()) return AnthropicTurn{.text = content.get<std::string>()};
  if (!content.is_array())
    return wrong(fmt::format("the content is {}", content.type_name()), where,
                 "send a string or a list of blocks");
  Blocks blocks(role, on_block);
  for (std::size_t i = 0; i < content.size(); ++i)
    ASHLAR_TRY(blocks.add(content[i], fmt::format("{}/{}", where, i)));
  return std::move(blocks).turn();
}

}  // namespace ashlar::server
