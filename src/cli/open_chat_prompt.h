// What renders conversations of a model: its template and tokenizer, without its weights.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "formats/gguf.h"
#include "llm/chat_prompt.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::cli {

struct OpenChatPrompt {
  formats::Gguf file;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  llm::ChatPrompt prompt;
};

// `model`: a GGUF file, or a catalogue name, fetched when absent (saying so on stderr).
Result<OpenChatPrompt> open_chat_prompt(std::string_view model);

}  // namespace ashlar::cli
