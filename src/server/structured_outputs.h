// vLLM's structured_outputs of chats and completions: {"regex": …} or {"choice": […]}. One table
// says which kinds there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/fields.h"

namespace ashlar::server {

extern const Field kStructuredOutputs;

// The pointer of the member behind a name that errors of lower modules have: "choices".
std::optional<std::string> pointer_of_structure(std::string_view name);

// Reads the field, which may be missing or null, into asked.structure. Errors carry the pointer of
// what is wrong in it; kinds of structure that come later are refused by name.
Status settle_structure(const base::Json& body, Asked& asked);

}  // namespace ashlar::server
