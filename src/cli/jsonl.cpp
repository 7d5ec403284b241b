#include "cli/jsonl.h"

#include <fmt/format.h>

#include <iostream>

namespace ashlar::cli {

std::vector<JsonlLine> read_jsonl(std::size_t& line_number, std::size_t limit) {
  std::vector<JsonlLine> lines;
  std::string text;
  while (lines.size() < limit && std::getline(std::cin, text)) {
    ++line_number;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    lines.push_back({line_number, base::parse_json(text, fmt::format("line {}", line_number))});
  }
  return lines;
}

Error at_line(std::size_t line_number, Error error) {
  error.where = error.where.empty() ? fmt::format("line {}", line_number)
                                    : fmt::format("line {}: {}", line_number, error.where);
  return error;
}

bool print_jsonl(const Result<base::Json>& result) {
  if (result)
    fmt::print("{}\n", base::write_json(*result));
  else
    report(result.error(), true);
  return result.has_value();
}

}  // namespace ashlar::cli
