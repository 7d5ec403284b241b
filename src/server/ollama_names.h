// Names as Ollama has them: of served models, adapters and aliases, and of derived models; each
// also with ":latest". Opens nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "server/endpoints.h"

namespace ashlar::server {

struct OllamaName {
  std::string target;    // what Models knows
  ModelEntry model;      // the model behind it
  DerivedModel derived;  // of any other name: no system prompt, no parameters
  bool is_derived = false;
};

// Whoever asks. Errors: not_found, in Ollama's words; a name that another server answers for.
Result<OllamaName> look_up_ollama_name(const Services& services, std::string_view name);

// The same for a request, whose account notes it. Errors besides: denied, where its key isn't for
// the model.
Result<OllamaName> resolve_ollama_name(const Services& services, const Call& call,
                                       std::string_view name);

// The model at the end of what an entry stands for. REQUIRES: `entry` is one of `entries`.
ModelEntry model_behind(const ModelEntry& entry, const std::vector<ModelEntry>& entries);

// Where its file is; not_found where it has gone.
Result<std::filesystem::path> model_file(const ModelEntry& model);

}  // namespace ashlar::server
