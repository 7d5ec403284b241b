// Models, adapters and aliases as an operator sees and changes them while the server runs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "server/endpoints.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

// What these endpoints are asked; strings that were left out are empty.
struct Change {
  std::string name, model, path;
  Models::Expected expected;
};

constexpr std::array kAdapterFields = {
    Field{"name", Fate::used, FieldShape::text, "what requests call the adapter"},
    Field{"path", Fate::used, FieldShape::text, "a PEFT folder or a GGUF file"},
    Field{"model", Fate::used, FieldShape::text, "the model it is for; default: the first"},
    Field{"expected_generation", Fate::used, FieldShape::count,
          "change nothing unless the name is at this generation; 0: no such name"},
};
constexpr std::array kAliasFields = {
    Field{"alias", Fate::used, FieldShape::text, "a name"},
    Field{"model", Fate::used, FieldShape::text, "the model or adapter that it stands for"},
    Field{"expected_generation", Fate::used, FieldShape::count,
          "change nothing unless the alias is at this generation; 0: no such alias"},
};
constexpr std::array kLoadFields = {
    Field{"model", Fate::used, FieldShape::text, "what requests call it"},
    Field{"source", Fate::used, FieldShape::text,
          "a catalogue name or a path, of one that isn't known yet"},
};

// An operator's requests are few and exact: unknown fields are refused. null stands for a field
// that was left out.
Result<Change> read_change(const SharedCall& call, std::span<const Field> table) {
  Json body = Json::object();
  if (!call->request.body.empty()) {
    ASHLAR_ASSIGN(body, call->json());
  }
  Change change;
  for (const auto& [name, value] : body.items()) {
    const auto field = std::ranges::find(table, name, &Field::name);
    if (field == table.end())
      return fail(ErrorKind::bad_input, "unknown field '" + name + "'", "/" + name,
                  "GET /openapi.json tells the fields");
    if (value.is_null()) continue;
    ASHLAR_TRY(llm::check_shape(name, field->shape, value));
    if (name == "model") change.model = value.get<std::string>();
    if (name == "name" || name == "alias") change.name = value.get<std::string>();
    if (name == "path" || name == "source") change.path = value.get<std::string>();
    if (name == "expected_generation") change.expected = value.get<std::uint64_t>();
  }
  return change;
}

Status require(std::string_view name, const std::string& value) {
  if (!value.empty()) return {};
  return fail(ErrorKind::bad_input, std::string(name) + " is missing", "/" + std::string(name),
              "send a string");
}

// A comparison that failed, or a name that is taken, is no fault of either side: 409. A file that
// can't be used is the fault of who named it: 400. `field` is the one that holds the name.
Status settle(const Services& services, const SharedCall& call, Error error, std::string_view field,
              const std::string& name) {
  bool conflict = error.kind == ErrorKind::cancelled;
  if (error.where == "/name") {
    conflict = conflict || services.models.is_taken(name) || services.derived.find(name);
    error.where = fmt::format("/{}", field);
  }
  const bool refused = error.kind == ErrorKind::corrupt || error.kind == ErrorKind::io;
  if (!refused && !conflict) return tl::unexpected(std::move(error));
  call->fail(refused ? 400 : 409, error);
  return {};
}

// What would hide a model of /api/create.
Status check_not_derived(const Services& services, const std::string& name) {
  if (!services.derived.find(name)) return {};
  return fail(ErrorKind::bad_input, fmt::format("the name '{}' is taken by /api/create", name),
              "/name", "give another, or DELETE /api/delete");
}

Json json_of(const AdapterEntry& entry) {
  return {{"name", entry.name},
          {"model", entry.model},
          {"path", entry.path.string()},
          {"generation", entry.generation},
          {"created", entry.created}};
}

Json json_of(const AliasEntry& entry) {
  return {{"alias", entry.alias}, {"model", entry.model}, {"generation", entry.generation}};
}

Result<Models::Expected> expected_in_query(const Call& call) {
  for (const auto& [name, value] : call.request.query) {
    if (name != "expected_generation")
      return fail(ErrorKind::bad_input, "unknown parameter '" + name + "'", "query",
                  "only expected_generation is known");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size())
      return fail(ErrorKind::bad_input, "expected_generation is '" + value + "'", "query",
                  "give a whole number");
    return Models::Expected(number);
  }
  return Models::Expected();
}

}  // namespace

std::span<const Field> adapter_fields() {
  return kAdapterFields;
}
std::span<const Field> alias_fields() {
  return kAliasFields;
}
std::span<const Field> load_fields() {
  return kLoadFields;
}

Status list_adapters(Services& services, const SharedCall& call) {
  Json list = Json::array();
  for (const AdapterEntry& entry : services.models.adapters()) list.push_back(json_of(entry));
  call->answer(Json{{"adapters", std::move(list)}});
  return {};
}

Status load_adapter(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Change change, read_change(call, kAdapterFields));
  ASHLAR_TRY(require("name", change.name));
  ASHLAR_TRY(require("path", change.path));
  if (const auto free = check_not_derived(services, change.name); !free)
    return settle(services, call, free.error(), "name", change.name);
  const auto entry =
      services.models.load_adapter(change.name, change.model, change.path, change.expected);
  if (!entry) return settle(services, call, entry.error(), "name", change.name);
  call->answer(json_of(*entry));
  return {};
}

Status unload_adapter(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const auto expected, expected_in_query(*call));
  const auto status = services.models.unload_adapter(call->argument, expected);
  if (!status) return settle(services, call, status.error(), "name", call->argument);
  call->answer(Json{{"unloaded", call->argument}});
  return {};
}

Status list_aliases(Services& services, const SharedCall& call) {
  Json list = Json::array();
  for (const AliasEntry& entry : services.models.aliases()) list.push_back(json_of(entry));
  call->answer(Json{{"aliases", std::move(list)}});
  return {};
}

Status set_alias(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Change change, read_change(call, kAliasFields));
  ASHLAR_TRY(require("alias", change.name));
  ASHLAR_TRY(require("model", change.model));
  if (const auto free = check_not_derived(services, change.name); !free)
    return settle(services, call, free.error(), "alias", change.name);
  const auto entry = services.models.set_alias(change.name, change.model, change.expected);
  if (!entry) return settle(services, call, entry.error(), "alias", change.name);
  call->answer(json_of(*entry));
  return {};
}

Status remove_alias(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const auto expected, expected_in_query(*call));
  const auto status = services.models.remove_alias(call->argument, expected);
  if (!status) return settle(services, call, status.error(), "name", call->argument);
  call->answer(Json{{"removed", call->argument}});
  return {};
}

Status list_pool(Services& services, const SharedCall& call) {
  Json list = Json::array();
  for (const PoolEntry& entry : services.models.pool())
    list.push_back({{"model", entry.id},
                    {"open", entry.open},
                    {"bytes", entry.bytes},
                    {"requests", entry.uses}});
  call->answer(Json{{"models", std::move(list)}});
  return {};
}

// With a source, a model that wasn't known is from now on.
Status load_model(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Change change, read_change(call, kLoadFields));
  ASHLAR_TRY(require("model", change.model));
  const bool named = !change.path.empty();
  if (named) {
    auto status = check_not_derived(services, change.model);
    if (status) status = services.models.add(change.model, change.path);
    if (!status) return settle(services, call, status.error(), "model", change.model);
  }
  const auto opened = services.models.find_for_operator(change.model);
  if (!opened && named) {
    static_cast<void>(services.models.remove(change.model));
    return settle(services, call, opened.error(), "model", change.model);
  }
  if (!opened) return tl::unexpected(opened.error());
  call->answer(Json{{"model", change.model}, {"open", true}});
  return {};
}

Status unload_model(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Change change, read_change(call, std::span(kLoadFields).first(1)));
  ASHLAR_TRY(require("model", change.model));
  ASHLAR_TRY(services.models.close(change.model));
  call->answer(Json{{"model", change.model}, {"open", false}});
  return {};
}

}  // namespace ashlar::server
