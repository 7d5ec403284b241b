// Anthropic's and Ollama's requests where another server answers for the model: what it is asked,
// in OpenAI's dialect, and how its answer is told.
#pragma once

#include <memory>

#include "server/anthropic_request.h"
#include "server/call.h"
#include "server/ollama_answer.h"
#include "server/ollama_request.h"
#include "server/relay.h"

namespace ashlar::server {

// Where a request goes, and with what.
struct ForeignChat {
  base::Json body;
  std::string_view path = "/chat/completions";
  std::unique_ptr<Relay> relay;
};

// Errors: a prefill, which OpenAI's dialect has no words for.
Result<ForeignChat> foreign_chat(const SharedCall& call, const base::Json& body,
                                 AnthropicRequest request);

// What isn't among its options is as the other server has it. Errors: options that can't be.
Result<ForeignChat> foreign_chat(const SharedCall& call, OllamaRequest request, OllamaShape shape);

}  // namespace ashlar::server
