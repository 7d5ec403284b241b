// Lines of stdin whose numbers keep their text, answered one by one.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::cli {

// Prints what each line is answered, blank ones left out. The exit code: 1 when stdout is gone, 2
// when any line failed.
int run_schema_lines(const std::function<Result<base::Json>(const std::string&)>& answer);

}  // namespace ashlar::cli
