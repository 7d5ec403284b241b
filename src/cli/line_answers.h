// The loop of verbs that answer each line of JSON before they read the next.
#pragma once

#include <functional>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::cli {

using LineAnswer = std::function<Result<base::Json>(const base::Json& request)>;

// Prints one line for each line of stdin, blank ones left out: the answer to its object, or
// {"error":…} with the line's number. Whoever waits for an answer before sending the next line gets
// it. Gives the exit code: 2 when any line failed, 1 when stdout is gone.
int answer_lines(const LineAnswer& answer);

}  // namespace ashlar::cli
