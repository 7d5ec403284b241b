// The functions every template can call: range, dict, namespace, cycler, joiner, and Transformers'
// raise_exception and strftime_now.
#pragma once

#include "chat/evaluate.h"

namespace ashlar::chat {

bool is_global(std::string_view name);

void define_globals(Evaluator& evaluator);

}  // namespace ashlar::chat
