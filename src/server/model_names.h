// What requests may call a model, in every dialect: served models, adapters and aliases, what other
// servers answer for, and models of /api/create; each also with ":latest".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/endpoints.h"

namespace ashlar::server {

// What a name stands for among those that Models knows.
struct Meaning {
  std::string target;                        // of any other name: itself
  std::optional<DerivedModel> derived = {};  // of a model of /api/create: what it adds
};
Meaning meaning_of(const Services& services, std::string_view name);

// The model of a request, by the name that it was asked by (Models::find()). Errors besides: a
// model that was made from one that isn't served any more.
Result<ServedModel> find_model(Services& services, const Call& call, const std::string& name);

// The body of a request, with what its model's name adds: a system prompt where it brings none,
// parameters as fields that it doesn't give.
Result<base::Json> asked_body(const Services& services, const Call& call);

// Models::list() for this caller, and the models of /api/create that it may use.
std::vector<ModelEntry> list_names(const Services& services, const Call& call);

// A name with the model behind it. Opens nothing.
struct ModelName {
  std::string target;    // what Models knows
  ModelEntry model;      // the model behind it
  DerivedModel derived;  // of any other name: no system prompt, no parameters
  bool is_derived = false;
};

// Whoever asks. Errors: not_found, in Ollama's words; a name that another server answers for.
Result<ModelName> look_up_name(const Services& services, std::string_view name);

// The same for a request, whose account notes it. Errors besides: denied, where its key isn't for
// the model.
Result<ModelName> resolve_name(const Services& services, const Call& call, std::string_view name);

// The model at the end of what an entry stands for. REQUIRES: `entry` is one of `entries`.
ModelEntry model_behind(const ModelEntry& entry, const std::vector<ModelEntry>& entries);

// Where its file is; not_found where it has gone.
Result<std::filesystem::path> model_file(const ModelEntry& model);

}  // namespace ashlar::server
