// ashlar inspect: what a model file holds, and the memory that it will take.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "cli/arguments.h"
#include "cli/inspect_report.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

struct Arguments {
  std::string file;
  std::uint32_t context = 0;
  std::optional<model::KvDtype> kv_dtype = {};
  bool json = false;
};

// That a context is too long is the caller's mistake; that we don't know the architecture is not.
Status check_context(const InspectReport& report) {
  if (!report.memory && report.memory.error().kind == ErrorKind::too_large)
    return tl::unexpected<Error>(report.memory.error());
  return {};
}

Status print_report(const Arguments& arguments) {
  ASHLAR_ASSIGN(const std::filesystem::path path, hub::locate(arguments.file, say));
  ASHLAR_ASSIGN(const formats::Gguf file, formats::Gguf::open(path));
  const InspectReport report = inspect(file, arguments.context, arguments.kv_dtype);
  ASHLAR_TRY(check_context(report));
  if (arguments.json)
    fmt::print("{}\n", base::write_json(inspect_json(report)));
  else
    fmt::print("{}", inspect_text(report));
  return {};
}

}  // namespace

int inspect_verb(int argc, char** argv) {
  CLI::App app("What a model file holds, and the memory that it will take", "ashlar inspect");
  Arguments arguments;
  app.add_option("FILE", arguments.file, "a GGUF file, or a model's short name")->required();
  app.add_option("--context", arguments.context,
                 "positions to predict memory for; default: the model's context")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 20).description(""));
  add_kv_dtype_option(app, arguments.kv_dtype);
  app.add_flag("--json", arguments.json, "print one JSON value");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const Status done = print_report(arguments);
  return done ? kExitFine : report(done.error(), arguments.json);
}

}  // namespace ashlar::cli
