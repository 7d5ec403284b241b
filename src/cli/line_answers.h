// The loop of verbs that answer a line of JSON with a line of JSON.
#pragma once

#include <functional>
#include <istream>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::cli {

// `where` names the line in errors ("line 3").
using LineAnswer =
    std::function<Result<base::Json>(const base::Json& request, std::string_view where)>;

// Prints one line for each line of `in`, in order, at once: the answer or {"error":…}. Gives 0, or
// 2 when any line failed.
int answer_lines(std::istream& in, const LineAnswer& answer);

}  // namespace ashlar::cli
