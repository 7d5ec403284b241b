// The JSON that OpenAI's and Ollama's dialects ask an answer to be.
#pragma once

#include <string>
#include <string_view>

#include "server/fields.h"

namespace ashlar::server {

// response_format of chats and completions: {"type": "text"}, "json_object", or "json_schema" with
// {"json_schema": {"name", "schema", "strict"}}.
extern const Field kResponseFormat;

// What a schema is that some value meets, as far as JSON Schema can say that.
base::Json some_schema();

// Each reads its field, which may be missing or null, into asked.structure. Errors carry the JSON
// pointer of what is wrong, inside of a schema too.
Status settle_response_format(const base::Json& body, Asked& asked);
// text.format of responses: the same, with the schema's fields beside "type".
Status settle_text_format(const base::Json& format, Asked& asked);
// Ollama's format: "json" or a schema.
Status settle_ollama_format(const base::Json& body, Asked& asked);

// The structure that asked.draft says, compiled once to see that it can be held; `pointer` is the
// schema's.
Status settle_schema(const base::Json& schema, std::string_view pointer, Asked& asked);

}  // namespace ashlar::server
