// An answer as a person sees it come: progress of a long prompt, text at once, a closing line.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/interrupt.h"
#include "llm/llm.h"

namespace ashlar::cli {

// Streams the answer's text to stdout. Stops early when `interrupt` is requested or stdout is gone.
Result<llm::Answer> stream_answer(llm::Llm& model, llm::GenerateRequest request,
                                  Interrupt& interrupt);

// "12 tokens in, 40 out · first token 52 ms · 48.1 tokens/s".
std::string speed_line(const engine::Output& output);

}  // namespace ashlar::cli
