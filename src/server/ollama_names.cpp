#include "server/ollama_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::server {

ModelEntry model_behind(const ModelEntry& entry, const std::vector<ModelEntry>& entries) {
  ModelEntry model = entry;
  for (std::size_t steps = 0; !model.parent.empty() && steps < entries.size(); ++steps) {
    const auto parent = std::ranges::find(entries, model.parent, &ModelEntry::id);
    if (parent == entries.end()) break;
    model = *parent;
  }
  return model;
}

Result<OllamaName> look_up_ollama_name(const Services& services, std::string_view name) {
  const auto derived = services.derived.find(name);
  const std::string target = derived ? derived->base : std::string(name);
  const auto entries = services.models.list();
  auto entry = std::ranges::find(entries, target, &ModelEntry::id);
  if (entry == entries.end())
    entry = std::ranges::find(entries, without_latest(target), &ModelEntry::id);
  if (entry != entries.end()) {
    ModelEntry model = model_behind(*entry, entries);
    if (!model.source.empty())
      return OllamaName{entry->id, std::move(model),
                        derived ? *derived : DerivedModel{.base = entry->id}, derived.has_value()};
    return fail(ErrorKind::unsupported, fmt::format("another server answers for '{}'", name), "",
                "ask for it at /v1/chat/completions");
  }
  const std::string why =
      derived ? fmt::format("it was made from '{}', which is not served", derived->base)
              : "GET /api/tags lists the names";
  return fail(ErrorKind::not_found, fmt::format("model '{}' not found", name), "", why);
}

Result<OllamaName> resolve_ollama_name(const Services& services, const Call& call,
                                       std::string_view name) {
  ASHLAR_ASSIGN(OllamaName found, look_up_ollama_name(services, name));
  ASHLAR_TRY(services.models.admit(call, found.target));
  return found;
}

Result<std::filesystem::path> model_file(const ModelEntry& model) {
  std::error_code error;
  if (std::filesystem::is_regular_file(model.source, error))
    return std::filesystem::path(model.source);
  ASHLAR_ASSIGN(const hub::StoredModel stored, hub::find(model.source));
  if (stored.present) return stored.path;
  return fail(ErrorKind::not_found, fmt::format("the file of '{}' has gone", model.id),
              stored.path.string(), "put it back, or fetch it again");
}

}  // namespace ashlar::server
