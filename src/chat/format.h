// Formatted strings: "%s: %d" % (a, b) and "{}: {:>5}".format(a, b).
#pragma once

#include "base/result.h"
#include "chat/arguments.h"
#include "chat/value.h"

namespace ashlar::chat {

// `values` is a tuple, a dict for %(name)s, or one value alone.
Result<Text> format_printf(Evaluator& evaluator, const Text& format, const Value& values);

Result<Text> format_braces(Evaluator& evaluator, const Text& format, const Arguments& arguments);

}  // namespace ashlar::chat
