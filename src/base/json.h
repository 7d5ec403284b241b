// JSON values with keys in the order written. Parsing never throws and bounds depth.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::base {

using Json = nlohmann::ordered_json;

inline constexpr int kMaxJsonDepth = 256;

// Parses one JSON text (RFC 8259). `where` names the source in the error, which adds the byte
// offset. Depth over `most_depth`, broken UTF-8 and duplicate text after the value are errors.
Result<Json> parse_json(std::string_view text, std::string_view where,
                        int most_depth = kMaxJsonDepth);

// One line, UTF-8 kept as it is; bytes that are not UTF-8 become U+FFFD.
std::string write_json(const Json& value);

}  // namespace ashlar::base
