// The `options` of Ollama's requests, and the `parameters` of its models: how an answer is drawn.
// Pure. Knowledge: Ollama's api/types.go and docs/modelfile.md.
#pragma once

#include <cstdint>

#include "base/json.h"
#include "base/result.h"
#include "server/fields.h"

namespace ashlar::server {

// `over` laid over `under`, option by option; null is an option that was left out.
base::Json merged_options(const base::Json& under, const base::Json& over);

// Those that set a field of llm's own table, by that field's name and as it takes them.
base::Json fields_of_options(const base::Json& options);

// Fills asked.draft.sampling; what isn't given is as Ollama has it (temperature 0.8, top_k 40,
// top_p 0.9), but that nothing is penalized. What changes nothing is added to asked.ignored as
// "options.num_gpu", what isn't known to asked.unknown. `where` is the pointer that errors begin
// with. `context` is the model's, for num_ctx and num_predict.
Status read_options(const base::Json& options, std::string_view where, std::uint32_t context,
                    Asked& asked);

// What can be said without a model: shapes, ranges, options that aren't there.
Status check_options(const base::Json& options, std::string_view where, Asked& asked);

}  // namespace ashlar::server
