// From messages to token ids: the model's own chat template and its tokenizer, without its weights.
// What the caller wrote stays text, also where it spells a special token.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "chat/tool_syntax.h"
#include "chat/tools.h"
#include "formats/gguf.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

// A rendered conversation, its ids, and which bytes of the text are the caller's.
struct RenderedChat {
  std::string text;
  std::vector<tokenizer::TextRange> input;  // sorted, disjoint
  std::vector<tokenizer::TokenId> ids;
};

// How a model is told of tools, and how it calls them.
struct ToolManner {
  const chat::ToolSyntax* syntax = nullptr;
  // The template never reads tools: they stand in the system message, calls and their results in
  // the messages' text.
  bool as_text = false;
};

// Immutable and safe to share between threads.
class ChatPrompt {
 public:
  // Compiles tokenizer.chat_template; a file without one is ErrorKind::not_found (the file can
  // still be used with plain prompts). Copies what it needs: `file` may go.
  static Result<ChatPrompt> from_gguf(const formats::Gguf& file,
                                      std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

  ChatPrompt(ChatPrompt&&) noexcept;
  ChatPrompt& operator=(ChatPrompt&&) noexcept;
  ~ChatPrompt();

  // `messages` as chat::parse_messages takes them; a wrong shape is an error with a JSON pointer.
  // The template writes BOS and the like itself, so none is added. Of `tools` those are shown that
  // may be called. Errors: tool_manner()'s too, where they or calls are in it.
  Result<RenderedChat> render(const base::Json& messages, const chat::ToolUse& tools,
                              bool add_generation_prompt) const;

  // Errors: bad_input for a syntax that there isn't; unsupported where none is named and that of
  // the template isn't known. `where` is "tool_syntax".
  Result<ToolManner> tool_manner(const std::string& syntax) const;

  std::string hash() const;  // of the template's text, 32 hexadecimal digits

 private:
  struct State;
  explicit ChatPrompt(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::llm
