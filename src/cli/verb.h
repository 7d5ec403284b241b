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

// Dispatches argv[1]; prints the list of verbs without one.
int main(int argc, char** argv);

// 2 for what the caller gave (bad_input, corrupt, unsupported, not_found, too_large), else 1.
int exit_code_for(const Error& error);

// With `json` {"error":{"kind","message","where","mend"}} on stdout, else one line on stderr.
// Returns the exit code.
int report(const Error& error, bool json);

}  // namespace ashlar::cli
