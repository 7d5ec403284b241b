// ashlar schema admits: whether the decoder's automaton lets texts through, token by token.
#pragma once

#include <string>

#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::cli {

struct AdmitsOptions {
  grammar::LoadOptions load;
  grammar::SchemaStyle style;
  bool masks = false;  // times of every mask
};

// Reads {"schema":…, "instances":["text",…]} lines from stdin; prints {"compiled", "error",
// "admits", "compile_us", "mask_us"} lines. Returns the exit code.
int schema_admits(const std::string& tokenizer, const AdmitsOptions& options);

}  // namespace ashlar::cli
