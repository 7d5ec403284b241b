// multipart/form-data (RFC 7578, 2046): a form with files, as one body.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ashlar::net {

struct FormPart {
  std::string name;
  std::optional<std::string> filename = {};  // of a file; a name and no path to anything
  std::string content_type = {};             // as sent; empty where it wasn't
  std::string_view body;                     // within the body that was parsed
};

inline constexpr std::size_t kMostFormParts = 64;
inline constexpr std::size_t kMostPartHeader = 8 << 10;  // bytes

// `content_type` is the request's header. Errors: bad_input, with the byte offset in the body, and
// too_large of the limits above. Names are UTF-8.
Result<std::vector<FormPart>> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace ashlar::net
