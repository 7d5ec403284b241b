#include "cli/verb.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "base/json.h"

namespace ashlar::cli {

// A line a verb, in the order that `ashlar` lists them.
// (declarations)

std::span<const Verb> verbs() {
  static constexpr std::array<Verb, 0> table{};
  return table;
}

int exit_code_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::bad_input:
    case ErrorKind::corrupt:
    case ErrorKind::unsupported:
    case ErrorKind::not_found:
    case ErrorKind::too_large:
      return kExitBadInput;
    default:
      return kExitFailed;
  }
}

int report(const Error& error, bool json) {
  if (json) {
    const base::Json line = {{"error",
                              {{"kind", name_of(error.kind)},
                               {"message", error.message},
                               {"where", error.where},
                               {"mend", error.mend}}}};
    fmt::print("{}\n", base::write_json(line));
  } else {
    fmt::print(stderr, "ashlar: {}\n", error.line());
  }
  return exit_code_for(error);
}

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "--help";
  for (const Verb& verb : verbs())
    if (verb.name == name) return verb.run(argc - 1, argv + 1);
  const bool asked = name == "--help" || name == "-h" || name == "help";
  std::FILE* out = asked ? stdout : stderr;
  if (!asked) fmt::print(out, "ashlar: no verb '{}'\n", name);
  fmt::print(out, "usage: ashlar VERB [options]   (ashlar VERB --help)\n");
  for (const Verb& verb : verbs()) fmt::print(out, "  {:<12} {}\n", verb.name, verb.summary);
  return asked && argc > 1 ? kExitFine : kExitBadInput;
}

}  // namespace ashlar::cli
