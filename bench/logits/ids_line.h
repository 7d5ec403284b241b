// A line of standard input: {"ids": [...]}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/model.h"

namespace ashlar::bench {

inline Result<std::vector<model::TokenId>> parse_ids(const std::string& line) {
  ASHLAR_ASSIGN(const base::Json request, base::parse_json(line, "standard input"));
  const auto ids = request.is_object() ? request.find("ids") : request.end();
  if (!request.is_object() || ids == request.end() || !ids->is_array() || ids->empty())
    return fail(ErrorKind::bad_input, "expected {\"ids\": [numbers]}", "standard input");
  std::vector<model::TokenId> result;
  for (const base::Json& id : *ids) {
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() > UINT32_MAX)
      return fail(ErrorKind::bad_input, "an id is a number from 0", "standard input");
    result.push_back(id.get<model::TokenId>());
  }
  return result;
}

}  // namespace ashlar::bench
