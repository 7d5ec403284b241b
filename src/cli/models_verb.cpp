// ashlar models: what the catalogue names and what of it is stored here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "cli/arguments.h"
#include "cli/model_json.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

struct Arguments {
  std::string name, path;
  bool json = false;
};

void print_json(const base::Json& value) {
  fmt::print("{}\n", base::write_json(value));
}

std::string_view state_of(const hub::StoredModel& model) {
  if (model.present) return model.entry.path.empty() ? "stored" : "local";
  return model.entry.path.empty() ? "not fetched" : "file is gone";
}

Status list_models(const Arguments& arguments) {
  ASHLAR_ASSIGN(const auto models, hub::list());
  if (arguments.json) {
    base::Json rows = base::Json::array();
    for (const hub::StoredModel& model : models) rows.push_back(model_json(model));
    print_json({{"home", hub::home().string()}, {"models", rows}});
    return {};
  }
  std::size_t width = 4;
  for (const hub::StoredModel& model : models) width = std::max(width, model.entry.name.size());
  for (const hub::StoredModel& model : models)
    fmt::print("{:<{}}  {:<12}  {:>10}  {}\n", model.entry.name, width, state_of(model),
               megabytes(bytes_of(model)),
               model.entry.description.empty() ? model.path.string() : model.entry.description);
  return {};
}

void print_fields(const hub::StoredModel& model) {
  const hub::CatalogueEntry& entry = model.entry;
  const auto row = [](std::string_view key, std::string_view value) {
    if (!value.empty()) fmt::print("{:<12} {}\n", key, value);
  };
  row("name", entry.name);
  row("description", entry.description);
  row("state", state_of(model));
  row("file", model.path.string());
  row("size", fmt::format("{} ({} bytes)", megabytes(bytes_of(model)), bytes_of(model)));
  row("licence", entry.licence);
  row("package", entry.package);
  row("member", entry.member);
  row("sha256", entry.sha256);
}

Status show_model(const Arguments& arguments) {
  ASHLAR_ASSIGN(const hub::StoredModel model, hub::find(arguments.name));
  if (arguments.json)
    print_json(model_json(model));
  else
    print_fields(model);
  return {};
}

Status fetch_model(const Arguments& arguments) {
  ASHLAR_ASSIGN(const std::filesystem::path path, hub::fetch(arguments.name, say));
  if (arguments.json) return show_model(arguments);
  fmt::print("{}\n", path.string());
  return {};
}

Status remove_model(const Arguments& arguments) {
  ASHLAR_ASSIGN(const hub::StoredModel model, hub::find(arguments.name));
  const bool local = !model.entry.path.empty();
  const std::uint64_t freed = local ? 0 : bytes_of(model);
  ASHLAR_TRY(hub::remove(arguments.name));
  if (arguments.json)
    print_json({{"name", arguments.name}, {"path", model.path.string()}, {"freed_bytes", freed}});
  else if (local)
    fmt::print("forgot {}; its file stays at {}\n", arguments.name, model.path.string());
  else
    fmt::print("removed {}: {} freed\n", arguments.name, megabytes(freed));
  return {};
}

Status add_model(const Arguments& arguments) {
  ASHLAR_TRY(hub::add(arguments.name, arguments.path));
  return show_model(arguments);
}

struct Action {
  const char* name;
  const char* summary;
  bool takes_name, takes_path;
  Status (*run)(const Arguments&);
};
constexpr Action kActions[] = {
    {"list", "names, and what is stored (the default)", false, false, list_models},
    {"show", "everything about one", true, false, show_model},
    {"fetch", "download it, unless it is stored", true, false, fetch_model},
    {"remove", "delete the stored file (of a local file: forget its name)", true, false,
     remove_model},
    {"add", "give a local file a name; the file stays where it is", true, true, add_model},
};

}  // namespace

int models_verb(int argc, char** argv) {
  CLI::App app("List, show, fetch, remove and name models", "ashlar models");
  Arguments arguments;
  app.add_flag("--json", arguments.json, "Print one JSON value");
  app.require_subcommand(0, 1);
  app.fallthrough();
  for (const Action& action : kActions) {
    CLI::App* command = app.add_subcommand(action.name, action.summary);
    if (action.takes_name)
      command->add_option("NAME", arguments.name, "Short name of the model")->required();
    if (action.takes_path) command->add_option("PATH", arguments.path, "A GGUF file")->required();
  }
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const Action* chosen = &kActions[0];
  for (const Action& action : kActions)
    if (app.got_subcommand(action.name)) chosen = &action;
  const Status done = chosen->run(arguments);
  return done ? kExitFine : report(done.error(), arguments.json);
}

}  // namespace ashlar::cli
