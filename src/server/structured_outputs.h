// vLLM's structured_outputs of chats and completions: {"regex": …} or {"choice": […]}.
#pragma once

#include "server/fields.h"

namespace ashlar::server {

extern const Field kStructuredOutputs;

// Reads the field, which may be missing or null, into asked.structure. Errors carry the pointer of
// what is wrong in it; kinds of structure that come later are refused by name.
Status settle_structure(const base::Json& body, Asked& asked);

}  // namespace ashlar::server
