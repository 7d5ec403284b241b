// A catalogue entry and its file, as `models` and `doctor` print them.
#pragma once

#include <string>

#include "base/json.h"
#include "hub/hub.h"

namespace ashlar::cli {

// {"name","description","licence","present","path","bytes","package","member","sha256"}; what a
// local file hasn't (package, member, sha256) is null. bytes: as stored, else as the catalogue
// says.
base::Json model_json(const hub::StoredModel& model);

std::uint64_t bytes_of(const hub::StoredModel& model);

// "98.4 MB": powers of ten, as shops and download pages count.
std::string megabytes(std::uint64_t bytes);

}  // namespace ashlar::cli
