// What OpenAI's chats and completions take alike of an answer's structure, in OpenAI's words,
// vLLM's and our own.
#pragma once

#include <span>

#include "base/json.h"
#include "server/fields.h"

namespace ashlar::server {

// response_format, structured_outputs, and how a schema is held to: order, whitespace, lenient,
// finish.
std::span<const Field> structure_fields();

// Reads them into asked.structure, and the tools into asked.tools. Errors: those of each; a word on
// how a structure is held to where there is none.
Status settle_answer(const base::Json& body, Asked& asked);

}  // namespace ashlar::server
