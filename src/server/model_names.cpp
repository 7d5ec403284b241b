#include "server/model_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/derived_fields.h"

namespace ashlar::server {

using base::Json;

// What is served goes first: whoever starts the server says so.
Meaning meaning_of(const Services& services, std::string_view name) {
  if (services.models.is_taken(std::string(name))) return {std::string(name)};
  if (auto derived = services.derived.find(name)) {
    std::string base = derived->base;
    return {std::move(base), std::move(derived)};
  }
  std::string plain(without_latest(name));
  return {services.models.is_taken(plain) ? std::move(plain) : std::string(name)};
}

Result<ServedModel> find_model(Services& services, const Call& call, const std::string& name) {
  const Meaning meaning = meaning_of(services, name);
  auto model = services.models.find(call, meaning.target);
  if (!model && meaning.derived && model.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                fmt::format("'{}' was made from '{}', which is not served", name, meaning.target),
                "/model", "GET /v1/models lists what there is");
  if (model && !name.empty()) model->id = name;
  return model;
}

Result<Json> asked_body(const Services& services, const Call& call) {
  ASHLAR_ASSIGN(Json body, call.json());
  const auto name = body.find("model");
  if (name == body.end() || !name->is_string()) return body;
  const Meaning meaning = meaning_of(services, name->get_ref<const std::string&>());
  if (meaning.derived) add_derived(*meaning.derived, call.fields, body);
  return body;
}

std::vector<ModelEntry> list_names(const Services& services, const Call& call) {
  std::vector<ModelEntry> entries = services.models.list(call);
  const std::size_t served = entries.size();
  for (const auto& [name, derived] : services.derived.all()) {
    const auto own = std::span(entries).first(served);
    if (services.models.is_taken(name) ||
        std::ranges::find(own, derived.base, &ModelEntry::id) == own.end())
      continue;
    entries.push_back({name, derived.created, derived.base});
  }
  return entries;
}

ModelEntry model_behind(const ModelEntry& entry, const std::vector<ModelEntry>& entries) {
  ModelEntry model = entry;
  for (std::size_t steps = 0; !model.parent.empty() && steps < entries.size(); ++steps) {
    const auto parent = std::ranges::find(entries, model.parent, &ModelEntry::id);
    if (parent == entries.end()) break;
    model = *parent;
  }
  return model;
}

Result<ModelName> look_up_name(const Services& services, std::string_view name) {
  const Meaning meaning = meaning_of(services, name);
  const auto entries = services.models.list();
  const auto entry = std::ranges::find(entries, meaning.target, &ModelEntry::id);
  if (entry != entries.end()) {
    ModelEntry model = model_behind(*entry, entries);
    if (!model.source.empty())
      return ModelName{entry->id, std::move(model),
                       meaning.derived.value_or(DerivedModel{.base = entry->id}),
                       meaning.derived.has_value()};
    return fail(ErrorKind::unsupported, fmt::format("another server answers for '{}'", name), "",
                "ask for it at /v1/chat/completions");
  }
  const std::string why =
      meaning.derived ? fmt::format("it was made from '{}', which is not served", meaning.target)
                      : "GET /api/tags lists the names";
  return fail(ErrorKind::not_found, fmt::format("model '{}' not found", name), "", why);
}

Result<ModelName> resolve_name(const Services& services, const Call& call, std::string_view name) {
  ASHLAR_ASSIGN(ModelName found, look_up_name(services, name));
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
