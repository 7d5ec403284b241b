// What a model makes of a conversation: the text its template writes, which bytes are the caller's,
// the ids. Loads the template and the tokenizer, not the weights.
#pragma once

#include <string>

#include "base/result.h"

namespace ashlar::cli {

struct ShowOptions {
  std::string model;     // a path or a catalogue name
  std::string messages;  // a file, "-" for stdin, or empty for a sample
  bool no_generation_prompt = false, json = false;
};

// Prints to stdout.
Status show_template(const ShowOptions& options);

}  // namespace ashlar::cli
