#include "cli/arguments.h"

#include <fmt/format.h>

#include "cli/verb.h"

namespace ashlar::cli {

std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv) {
  app.get_formatter()->column_width(34);
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return kExitFine;
  } catch (const CLI::ParseError& error) {
    return report(Error{ErrorKind::bad_input, error.what(), "command line",
                        fmt::format("{} --help lists the options", app.get_name())},
                  wants_json(argc, argv));
  }
}

}  // namespace ashlar::cli
