// JSON Schemas of what endpoints are sent, from the tables of fields. Private to /openapi.json.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/fields.h"

namespace ashlar::server {

// The words of a list, "a b".
std::vector<std::string_view> words_of(std::string_view list);

// Of names: no control characters.
inline constexpr std::string_view kNamePattern = "^[^\\x00-\\x1f\\x7f]+$";

// A whole number of 64 bits.
base::Json schema_of_whole();

// `required`: names of fields that must be there, "a b"; "a+" may not be empty, "a|b" is one of the
// two. `closed`: fields that the table doesn't have are refused.
base::Json schema_of_body(std::span<const Field> fields, std::string_view required, bool closed);

}  // namespace ashlar::server
