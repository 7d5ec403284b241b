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

// The `ashlar` object of answers that nothing is sampled for.
base::Json ollama_report(const Asked& asked);

}  // namespace ashlar::server
