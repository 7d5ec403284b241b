// A verb: one file, one entry in the table of verbs.cpp. Verbs are the only code that prints.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace ashlar::cli {

inline constexpr int kExitFine = 0, kExitFailed = 1, kExitBadInput = 2;

struct Verb {
  std::string_view name;
  std::string_view summary;
  int (*run)(int argc, char** argv);  // argv[0] is the verb's name; gives the exit code
};

std::span<const Verb> verbs();

// Dispatches argv[1]; serves the default model without one. A failed write to stdout is exit 1,
// quietly when the reader has gone.
int main(int argc, char** argv);

// 2 for what the caller gave (bad_input, corrupt, unsupported, not_found, too_large), else 1.
int exit_code_for(const Error& error);

// With `json` {"error":{"kind","message","where","mend"}} on stdout, else one line on stderr.
// Returns the exit code.
int report(const Error& error, bool json);

// Whether the arguments before "--" ask for JSON (--json or --jsonl): errors of the command line
// itself must know before it is parsed.
bool wants_json(int argc, const char* const* argv);

}  // namespace ashlar::cli
