// From messages to token ids: the model's own chat template and its tokenizer, without its weights.
// What the caller wrote stays text, also where it spells a special token.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "formats/gguf.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

// A rendered conversation, its ids, and which bytes of the text are the caller's.
struct RenderedChat {
  std::string text;
  std::vector<tokenizer::TextRange> input;  // sorted, disjoint
  std::vector<tokenizer::TokenId> ids;
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
  // The template writes BOS and the like itself, so none is added.
  Result<RenderedChat> render(const base::Json& messages, bool add_generation_prompt) const;

  std::string hash() const;  // of the template's text, 32 hexadecimal digits

 private:
  struct State;
  explicit ChatPrompt(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::llm
