#include "cli/line_answers.h"

#include <fmt/format.h>

#include "cli/jsonl.h"
#include "cli/verb.h"

namespace ashlar::cli {
namespace {

Result<base::Json> answer_line(const JsonlLine& line, const LineAnswer& answer) {
  ASHLAR_ASSIGN(const base::Json request, line.value);
  if (!request.is_object())
    return tl::unexpected(
        at_line(line.number, Error{ErrorKind::bad_input,
                                   fmt::format("{} is not an object", request.type_name()),
                                   {},
                                   "send one JSON object a line"}));
  return answer(request).map_error([&](Error error) { return at_line(line.number, error); });
}

}  // namespace

int answer_lines(const LineAnswer& answer) {
  bool failed = false;
  std::size_t line_number = 0;
  while (true) {
    const auto lines = read_jsonl(line_number, 1);
    if (lines.empty()) return failed ? kExitBadInput : kExitFine;
    failed |= !print_jsonl(answer_line(lines.front(), answer));
    if (!flush_stdout()) return kExitFailed;
  }
}

}  // namespace ashlar::cli
