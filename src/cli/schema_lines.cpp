#include "cli/schema_lines.h"

#include <iostream>

#include "cli/jsonl.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "grammar/json_reader.h"

namespace ashlar::cli {
namespace {

// As std::getline, but of a line over the reader's limit no more is kept than shows that.
bool next_line(std::string& line) {
  const std::size_t most = grammar::ReadLimits{}.bytes + 1;
  auto* buffer = std::cin.rdbuf();
  constexpr int end = std::char_traits<char>::eof();
  line.clear();
  int c = buffer->sbumpc();
  if (c == end) return false;
  for (; c != end && c != '\n'; c = buffer->sbumpc())
    if (line.size() < most) line += static_cast<char>(c);
  return true;
}

}  // namespace

int run_schema_lines(const std::function<Result<base::Json>(const std::string&)>& answer) {
  bool failed = false;
  std::string line;
  for (std::size_t number = 1; next_line(line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    failed |= !print_jsonl(
        answer(line).map_error([&](Error error) { return at_line(number, std::move(error)); }));
    if (!flush_stdout()) return kExitFailed;
  }
  return failed ? kExitBadInput : kExitFine;
}

}  // namespace ashlar::cli
