// GET /api/version, /api/tags, /api/ps; POST /api/show.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hub/sha256.h"
#include "server/model_names.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_request.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;
using SharedCard = std::shared_ptr<const ModelCard>;

// A model that stays open has no time when it is closed; clients want one.
constexpr std::string_view kStaysOpen = "9999-12-31T23:59:59Z";

const std::array kShowFields = {
    kModel,
    Field{"name", Fate::used, FieldShape::text, "as older clients say model",
          [](const Json&, Asked&) {}},
    Field{"verbose", Fate::used, FieldShape::flag, "with the arrays of the metadata",
          [](const Json& value, Asked& asked) { asked.echo = value.get<bool>(); }},
    refused("template", "the model's own is used", R"("")"),
    refused("system", "POST /api/create makes a model with another", R"("")"),
    ignored("options", "they change nothing that is shown"),
};

Json details_json(const ModelCard& card, std::string_view parent) {
  return {{"parent_model", parent},
          {"format", "gguf"},
          {"family", card.architecture},
          {"families", Json::array({card.architecture})},
          {"parameter_size", parameter_size(card.parameters)},
          {"quantization_level", card.quantization}};
}

// Of what it is made from: the file, and what was added to it.
std::string digest_of(const ModelCard& card, const DerivedModel& derived) {
  const Json parts = {card.sha256, derived.system.value_or(""), derived.parameters};
  hub::Sha256 hash;
  const std::string text = base::write_json(parts);
  hash.update(std::as_bytes(std::span(text)));
  return hash.hex();
}

Json entry_json(std::string_view name, const ModelCard& card, std::string_view parent) {
  return {{"name", name},       {"model", name},         {"modified_at", rfc3339(card.modified)},
          {"size", card.bytes}, {"digest", card.sha256}, {"details", details_json(card, parent)}};
}

SystemTime at_second(std::int64_t seconds) {
  return SystemTime(std::chrono::seconds(seconds));
}

Json derived_entry(std::string_view name, const DerivedModel& derived, const ModelCard& card) {
  Json entry = entry_json(name, card, derived.base);
  entry["modified_at"] = rfc3339(at_second(derived.created));
  entry["digest"] = digest_of(card, derived);
  return entry;
}

// As a Modelfile has them: a line each, of a list one for each of its elements.
std::string parameter_lines(const Json& parameters, std::string_view before) {
  std::string lines;
  for (const auto& [name, value] : parameters.items())
    for (const Json& each : value.is_array() ? value : Json::array({value}))
      lines += fmt::format("{}{} {}\n", before, name, base::write_json(each));
  if (!lines.empty()) lines.pop_back();
  return lines;
}

std::string modelfile(const DerivedModel& derived, const ModelCard& card) {
  std::string text = fmt::format("FROM {}\n", derived.base);
  if (!card.chat_template.empty())
    text += fmt::format("TEMPLATE \"\"\"{}\"\"\"\n", card.chat_template);
  if (derived.system) text += fmt::format("SYSTEM \"\"\"{}\"\"\"\n", *derived.system);
  return text + parameter_lines(derived.parameters, "PARAMETER ");
}

Result<Json> model_info(const ModelCard& card, const std::filesystem::path& path, bool verbose) {
  Json info = card.metadata;
  if (verbose) {
    ASHLAR_ASSIGN(const formats::Gguf file, formats::Gguf::open(path));
    info = metadata_json(file, true);
  }
  info["general.parameter_count"] = card.parameters;
  return info;
}

Result<SharedCard> card_of(Services& services, const ModelEntry& model) {
  ASHLAR_ASSIGN(const std::filesystem::path path, model_file(model));
  return services.cards.of(path);
}

}  // namespace

std::span<const Field> ollama_show_fields() {
  return kShowFields;
}

Json ollama_report(const Asked& asked) {
  return {{"ignored_fields", asked.ignored}, {"unknown_fields", asked.unknown}};
}

Status ollama_version(Services& services, const SharedCall& call) {
  call->answer(Json{{"version", services.version}});
  return {};
}

// What has lost its file, or what it was made from, isn't there for anybody.
Status ollama_tags(Services& services, const SharedCall& call) {
  Json list = Json::array();
  const auto entries = services.models.list(), own = services.models.list(*call);
  for (const ModelEntry& entry : own) {
    const auto card = card_of(services, model_behind(entry, entries));
    if (card) list.push_back(entry_json(entry.id, **card, entry.parent));
  }
  for (const auto& [id, derived] : services.derived.all()) {
    const auto name = look_up_name(services, id);
    if (!name || std::ranges::find(own, name->target, &ModelEntry::id) == own.end()) continue;
    const auto card = card_of(services, name->model);
    if (card) list.push_back(derived_entry(id, derived, **card));
  }
  call->answer(Json{{"models", std::move(list)}});
  return {};
}

Status ollama_ps(Services& services, const SharedCall& call) {
  Json list = Json::array();
  const auto entries = services.models.list(*call);
  const auto open = services.models.look();
  for (const PoolEntry& pooled : services.models.pool()) {
    const auto entry = std::ranges::find(entries, pooled.id, &ModelEntry::id);
    const auto model =
        std::ranges::find(open, pooled.id, [](const auto& each) { return each.first; });
    if (entry == entries.end() || model == open.end()) continue;
    ASHLAR_ASSIGN(const SharedCard card, card_of(services, *entry));
    Json json = entry_json(entry->id, *card, "");
    json.erase("modified_at");
    json["size"] = pooled.bytes;  // in memory
    json["expires_at"] = pooled.until ? rfc3339(*pooled.until) : std::string(kStaysOpen);
    json["size_vram"] = 0;
    json["context_length"] = model->second->context();
    list.push_back(std::move(json));
  }
  call->answer(Json{{"models", std::move(list)}});
  return {};
}

Status ollama_show(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kShowFields));
  ASHLAR_ASSIGN(const std::string asked_name, ollama_model_name(body));
  ASHLAR_ASSIGN(const ModelName name, resolve_name(services, *call, asked_name));
  ASHLAR_ASSIGN(const std::filesystem::path path, model_file(name.model));
  ASHLAR_ASSIGN(const SharedCard card, services.cards.of(path));
  ASHLAR_ASSIGN(Json info, model_info(*card, path, asked.echo));
  const std::string parent = name.target == name.model.id ? "" : name.model.id;
  Json json = {{"license", card->license},
               {"modelfile", modelfile(name.derived, *card)},
               {"parameters", parameter_lines(name.derived.parameters, "")},
               {"template", card->chat_template}};
  if (name.derived.system) json["system"] = *name.derived.system;
  json["details"] = details_json(*card, name.is_derived ? name.derived.base : parent);
  json["model_info"] = std::move(info);
  json["capabilities"] = Json::array({"completion"});
  json["modified_at"] = rfc3339(name.is_derived ? at_second(name.derived.created) : card->modified);
  json["ashlar"] = ollama_report(asked);
  call->answer(json);
  return {};
}

}  // namespace ashlar::server
