#include "llm/chat_prompt.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "chat/messages.h"
#include "chat/template.h"
#include "chat/tool_messages.h"

namespace ashlar::llm {
namespace {

// What templates call a special token, and where GGUF keeps its id.
constexpr auto kSpecialTokens = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"bos_token", "tokenizer.ggml.bos_token_id"},
    {"eos_token", "tokenizer.ggml.eos_token_id"},
    {"unk_token", "tokenizer.ggml.unknown_token_id"},
    {"pad_token", "tokenizer.ggml.padding_token_id"},
});

Result<base::Json> special_tokens(const formats::Gguf& file,
                                  const tokenizer::Tokenizer& tokenizer) {
  std::vector<std::pair<std::string_view, std::string_view>> tokens;
  for (const auto& [name, key] : kSpecialTokens) {
    if (!file.find(key)) continue;
    ASHLAR_ASSIGN(const std::uint64_t id, file.integer(key));
    if (id < tokenizer.size())
      tokens.emplace_back(name, tokenizer.bytes_of(static_cast<tokenizer::TokenId>(id)));
  }
  return chat::special_token_variables(tokens);
}

}  // namespace

struct ChatPrompt::State {
  chat::Template chat_template;
  base::Json special_tokens;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  std::string hash;
  ToolManner manner;  // the template's own; without a syntax: unknown
};

std::string ChatPrompt::hash() const {
  return state_->hash;
}

ChatPrompt::ChatPrompt(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChatPrompt::ChatPrompt(ChatPrompt&&) noexcept = default;
ChatPrompt& ChatPrompt::operator=(ChatPrompt&&) noexcept = default;
ChatPrompt::~ChatPrompt() = default;

Result<ChatPrompt> ChatPrompt::from_gguf(const formats::Gguf& file,
                                         std::shared_ptr<const tokenizer::Tokenizer> tokenizer) {
  constexpr std::string_view kKey = "tokenizer.chat_template";
  if (!file.find(kKey))
    return fail(ErrorKind::not_found, "the model has no chat template", file.where(),
                "send a plain prompt instead of messages");
  ASHLAR_ASSIGN(const std::string_view source, file.string(kKey));
  ASHLAR_ASSIGN(chat::Template compiled,
                chat::Template::compile(source, file.where() + ", " + std::string(kKey)));
  ASHLAR_ASSIGN(base::Json tokens, special_tokens(file, *tokenizer));
  return ChatPrompt(
      std::make_unique<State>(State{std::move(compiled),
                                    std::move(tokens),
                                    std::move(tokenizer),
                                    base::hex(base::hash_of(std::as_bytes(std::span(source)))),
                                    {chat::tool_syntax_of(source), !chat::reads_tools(source)}}));
}

Result<ToolManner> ChatPrompt::tool_manner(const std::string& syntax) const {
  ToolManner manner = state_->manner;
  if (!syntax.empty()) {
    ASHLAR_ASSIGN(manner.syntax, chat::tool_syntax_named(syntax, "tool_syntax"));
  } else if (!manner.syntax) {
    return fail(ErrorKind::unsupported, "how this model's template writes calls isn't known",
                "tool_syntax", "name a syntax");
  }
  return manner;
}

namespace {

bool has_calls(const base::Json& messages) {
  return std::ranges::any_of(messages, [](const base::Json& message) {
    return message.contains("tool_calls") || message["role"] == "tool";
  });
}

}  // namespace

Result<RenderedChat> ChatPrompt::render(const base::Json& messages, const chat::ToolUse& tools,
                                        bool add_generation_prompt) const {
  ASHLAR_ASSIGN(chat::Conversation conversation, chat::parse_messages(messages));
  if (tools.offers()) conversation.tools = tools.tools;
  if (state_->manner.as_text && (tools.offers() || has_calls(conversation.messages))) {
    ASHLAR_ASSIGN(const ToolManner manner, tool_manner(tools.syntax));
    ASHLAR_ASSIGN(conversation.messages,
                  chat::messages_as_text(conversation.messages, *manner.syntax,
                                         std::exchange(conversation.tools, {})));
  }
  ASHLAR_ASSIGN(
      chat::Rendered rendered,
      state_->chat_template.render(chat::template_variables(conversation, add_generation_prompt),
                                   state_->special_tokens, base::SystemClock()));
  RenderedChat chat{std::move(rendered.text), {}, {}};
  for (const chat::InputRange& range : rendered.input)
    chat.input.push_back({range.begin, range.end});
  tokenizer::EncodeOptions options;
  options.add_special = false;
  options.parse_special = true;
  options.literal = chat.input;
  chat.ids = state_->tokenizer->encode(chat.text, options);
  return chat;
}

}  // namespace ashlar::llm
