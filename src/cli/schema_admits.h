// ashlar schema admits: whether the decoder's automaton lets texts through, token by token.
#pragma once

#include <string>

#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::cli {

struct AdmitsOptions {
  grammar::LoadOptions load;
  grammar::SchemaStyle style;
  bool masks = false;    // times of every mask
  bool lenient = false;  // what can't be held to is left out, and listed as "given_up"
};

// Reads {"schema":…, "instances":["text",…]} lines from stdin; prints {"compiled", "error",
// "admits", "compile_us", "mask_us"} lines. Returns the exit code.
int schema_admits(const std::string& tokenizer, const AdmitsOptions& options);

}  // namespace ashlar::cli
