// Tests: `value is name(arguments)`. A table of names. Source: jinja2 3.1.6's tests.
#pragma once

#include <string_view>

#include "base/result.h"
#include "chat/arguments.h"
#include "chat/value.h"

namespace ashlar::chat {

using TestFunction = Result<bool> (*)(Evaluator&, const Value& input, Arguments&);

// Null when there is no test of that name.
TestFunction find_test(std::string_view name);

}  // namespace ashlar::chat
