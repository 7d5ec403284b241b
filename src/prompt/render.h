// A spec and the values of its variables become messages, and a request. Values are put in by the
// templates once and never read as templates themselves; in the request they are a message's
// content, which no spelling of a special token gets out of (llm/chat_prompt.h).
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "llm/llm.h"
#include "prompt/spec.h"

namespace ashlar::prompt {

// [{"role", "content"}, …]: the system message, user and assistant for each example, the user's.
// `given` as complete_values() takes it, and its errors; a template's refusal, with its
// place; messages of more than 16 MiB together, or that take more steps than chat/template.h has.
Result<base::Json> render_messages(const PromptSpec& spec, const base::Json& given);

// What is there of the messages where values are missing: those print as nothing. For measuring.
Result<base::Json> render_outline(const PromptSpec& spec, const base::Json& given);

// The object that llm::parse_request takes: messages, the spec's sampling, its schema. Whoever has
// more to say, a flag, writes over its members.
Result<base::Json> request_of(const PromptSpec& spec, const base::Json& given);

// The request itself.
Result<llm::GenerateRequest> generate_request(const PromptSpec& spec, const base::Json& given);

// What an answer says: with a schema, the JSON value in it, checked; without, null. Errors: text
// that isn't JSON, or isn't what the schema asks for, which an answer that was cut off may be.
Result<base::Json> parsed_answer(const PromptSpec& spec, const std::string& text);

}  // namespace ashlar::prompt
