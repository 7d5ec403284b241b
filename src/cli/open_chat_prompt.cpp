#include "cli/open_chat_prompt.h"

#include <utility>

#include "cli/terminal.h"
#include "hub/hub.h"

namespace ashlar::cli {

Result<OpenChatPrompt> open_chat_prompt(std::string_view model) {
  ASHLAR_ASSIGN(const auto path, hub::locate(model, say));
  ASHLAR_ASSIGN(auto file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(auto tokenizer, tokenizer::Tokenizer::from_gguf(file));
  ASHLAR_ASSIGN(auto prompt, llm::ChatPrompt::from_gguf(file, tokenizer));
  return OpenChatPrompt{std::move(file), std::move(tokenizer), std::move(prompt)};
}

}  // namespace ashlar::cli
