// ashlar doctor: what this machine has, what we make of it, and what is stored.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"
#include "cli/arguments.h"
#include "cli/machine.h"
#include "cli/model_json.h"
#include "cli/verb.h"
#include "hub/hub.h"
#include "kernels/kernel_table.h"

namespace ashlar::cli {
namespace {

template <class T>
base::Json or_null(const std::optional<T>& value) {
  return value ? base::Json(*value) : base::Json(nullptr);
}

std::vector<std::string_view> available_kernels() {
  std::vector<std::string_view> names;
  for (const kernels::KernelTable* table : kernels::available()) names.push_back(table->name);
  return names;
}

// {type: kernel} of every type that a model file may have.
base::Json kernels_by_type(const kernels::KernelTable& table) {
  base::Json types = base::Json::object();
  for (const tensor::Codec& codec : tensor::codecs())
    types[std::string(codec.name)] = kernels::kernel_of(table, codec.dtype);
  return types;
}

// The store may not be there yet: ask its nearest ancestor that is.
std::uint64_t free_bytes(std::filesystem::path folder) {
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path())
    folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, error);
  return error ? 0 : space.available;
}

base::Json findings(const kernels::KernelTable& chosen,
                    const std::vector<hub::StoredModel>& models) {
  const Machine machine = examine_machine();
  base::Json rows = base::Json::array();
  for (const hub::StoredModel& model : models) rows.push_back(model_json(model));
  return {{"version", ASHLAR_VERSION},
          {"cpu", {{"model", machine.cpu}}},
          {"kernels",
           {{"chosen", chosen.name},
            {"available", available_kernels()},
            {"built_in", kernels::built_in()},
            {"types", kernels_by_type(chosen)}}},
          {"threads",
           {{"used", base::available_threads()},
            {"affinity", machine.affinity},
            {"cgroup_quota", or_null(machine.cgroup.cpus)}}},
          {"memory",
           {{"bytes", machine.memory},
            {"available_bytes", machine.memory_available},
            {"cgroup_limit_bytes", or_null(machine.cgroup.memory)}}},
          {"store", {{"home", hub::home().string()}, {"free_bytes", free_bytes(hub::home())}}},
          {"models", rows}};
}

std::string words(const base::Json& names) {
  return fmt::format("{}", fmt::join(names.get<std::vector<std::string>>(), " "));
}

std::string gibibytes(const base::Json& bytes) {
  return bytes.is_null() ? "none" : fmt::format("{:.1f} GiB", bytes.get<double>() / (1u << 30));
}

void print_findings(const base::Json& found) {
  const auto row = [](std::string_view key, std::string_view value) {
    fmt::print("{:<10} {}\n", key, value);
  };
  const base::Json &kernels = found["kernels"], &threads = found["threads"],
                   &memory = found["memory"], &store = found["store"];
  const base::Json& quota = threads["cgroup_quota"];
  row("ashlar", found["version"].get<std::string>());
  row("cpu", found["cpu"]["model"].get<std::string>());
  row("kernels",
      fmt::format("{}   (this machine can: {}; built in: {})", kernels["chosen"].get<std::string>(),
                  words(kernels["available"]), words(kernels["built_in"])));
  for (const std::string_view kernel : {"int8", "f32", "dequantized"}) {
    std::vector<std::string> types;
    for (const auto& [type, its_kernel] : kernels["types"].items())
      if (its_kernel == kernel) types.push_back(type);
    row("", fmt::format("{:<11}  {}", kernel, fmt::join(types, " ")));
  }
  row("threads",
      fmt::format("{}   (affinity {}, cgroup quota {})", threads["used"].get<unsigned>(),
                  threads["affinity"].get<unsigned>(),
                  quota.is_null() ? "none" : fmt::format("{:.2f}", quota.get<double>())));
  row("memory",
      fmt::format("{}, {} available   (cgroup limit {})", gibibytes(memory["bytes"]),
                  gibibytes(memory["available_bytes"]), gibibytes(memory["cgroup_limit_bytes"])));
  row("store", fmt::format("{}   ({} free)", store["home"].get<std::string>(),
                           gibibytes(store["free_bytes"])));
  for (const base::Json& model : found["models"])
    row("model", fmt::format("{}   ({}, {})", model["name"].get<std::string>(),
                             model["present"].get<bool>() ? "here" : "not here",
                             megabytes(model["bytes"].get<std::uint64_t>())));
}

Status examine(bool json) {
  ASHLAR_ASSIGN(const kernels::KernelTable* chosen, kernels::choose());
  ASHLAR_ASSIGN(const auto models, hub::list());
  const base::Json found = findings(*chosen, models);
  if (json)
    fmt::print("{}\n", base::write_json(found));
  else
    print_findings(found);
  return {};
}

}  // namespace

int doctor_verb(int argc, char** argv) {
  CLI::App app("What this machine has, and what Ashlar makes of it", "ashlar doctor");
  bool json = false;
  app.add_flag("--json", json, "Print one JSON value");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const Status done = examine(json);
  return done ? kExitFine : report(done.error(), json);
}

}  // namespace ashlar::cli
