#include "cli/line_answers.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "cli/verb.h"

namespace ashlar::cli {
namespace {

Result<base::Json> answer_line(const std::string& line, std::string_view where,
                               const LineAnswer& answer) {
  ASHLAR_ASSIGN(const base::Json request, base::parse_json(line, where));
  if (!request.is_object())
    return fail(ErrorKind::bad_input, fmt::format("{} is not an object", request.type_name()),
                std::string(where), "send one JSON object a line");
  return answer(request, where);
}

}  // namespace

int answer_lines(std::istream& in, const LineAnswer& answer) {
  int exit_code = kExitFine;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto result = answer_line(line, fmt::format("line {}", number), answer);
    if (result) {
      fmt::print("{}\n", base::write_json(*result));
    } else {
      report(result.error(), true);
      exit_code = kExitBadInput;
    }
    // Whoever waits for this answer before sending the next line gets it.
    std::fflush(stdout);
  }
  return exit_code;
}

}  // namespace ashlar::cli
