// Ollama's endpoints, for the table of routes, and what they share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/endpoints.h"

namespace ashlar::server {

Status ollama_generate(Services& services, const SharedCall& call);
Status ollama_chat(Services& services, const SharedCall& call);
Status ollama_embed(Services& services, const SharedCall& call);

Status ollama_version(Services& services, const SharedCall& call);
Status ollama_tags(Services& services, const SharedCall& call);
Status ollama_ps(Services& services, const SharedCall& call);
Status ollama_show(Services& services, const SharedCall& call);

Status ollama_create(Services& services, const SharedCall& call);
Status ollama_copy(Services& services, const SharedCall& call);
Status ollama_delete(Services& services, const SharedCall& call);
Status ollama_pull(Services& services, const SharedCall& call);
Status ollama_blob_head(Services& services, const SharedCall& call);
Status ollama_blob_post(Services& services, const SharedCall& call);

std::span<const Field> ollama_show_fields();
std::span<const Field> ollama_create_fields();
std::span<const Field> ollama_copy_fields();
std::span<const Field> ollama_delete_fields();
std::span<const Field> ollama_pull_fields();

// A model as Ollama's names go: a derived one, a served one, either with ":latest" or without.
struct OllamaModel {
  ServedModel served;    // its id is the name that was asked for
  DerivedModel derived;  // of a served one: no system prompt, no parameters
  bool is_derived = false;
};
// Errors: not_found, in Ollama's words.
Result<OllamaModel> find_ollama_model(const Services& services, std::string_view name);

// The `ashlar` object of answers that nothing is sampled for.
base::Json ollama_report(const Asked& asked);

}  // namespace ashlar::server
