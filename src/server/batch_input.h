// The file that a batch is made of: JSON lines, each a request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ashlar::server {

inline constexpr std::size_t kMostBatchLines = 50'000;

struct BatchLine {
  std::int64_t line = 0;  // from 1
  std::string custom_id;
  std::string body;  // of the request, as JSON
};

struct BatchInput {
  std::vector<BatchLine> lines;
  // {"code", "message", "param", "line"}; any is the end of the batch. Not more than a few.
  base::Json errors = base::Json::array();
};

// Lines without a character but spaces are passed over.
BatchInput parse_batch(std::string_view text, std::string_view endpoint);

}  // namespace ashlar::server
