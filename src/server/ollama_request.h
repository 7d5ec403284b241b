// A request to /api/generate or /api/chat, before its model is known. Pure. Knowledge: Ollama's
// docs/api.md and the types of its client.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "server/fields.h"
#include "server/ollama_times.h"

namespace ashlar::server {

struct OllamaRequest {
  Asked asked;
  base::Json options;   // as sent; read with the model's own
  base::Json messages;  // [{"role", "content": string}, …]; empty: open the model, say nothing
  std::string prompt;   // of generate, where it is raw
  bool raw = false;     // the prompt is for the model as it is, its special tokens too
  std::optional<KeepAlive> keep_alive = {};
  base::Json format = {};  // as sent, where the answer has a structure

  bool only_loads() const { return raw ? prompt.empty() : messages.empty(); }
};

// Errors carry the field's JSON pointer.
Result<OllamaRequest> parse_ollama_generate(const base::Json& body);
Result<OllamaRequest> parse_ollama_chat(const base::Json& body);

std::span<const Field> ollama_generate_fields();
std::span<const Field> ollama_chat_fields();

// The model that a body names, "model" or as older clients say "name". Errors: there is none.
Result<std::string> ollama_model_name(const base::Json& body);

// True unless the body says "stream": false. REQUIRES: it was read as a flag.
bool ollama_streams(const base::Json& body);

}  // namespace ashlar::server
