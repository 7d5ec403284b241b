// One JSON value a line in, one a line out, in order. A line that fails gives its error and the
// others go on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace ashlar::cli {

struct JsonlLine {
  std::size_t number;  // from 1
  Result<base::Json> value;
};

// The next lines of stdin, blank ones left out, at most `limit`; none at the end.
std::vector<JsonlLine> read_jsonl(std::size_t& line_number, std::size_t limit);

// `where` with "line N: " in front.
Error at_line(std::size_t line_number, Error error);

// Prints a result as a line. False when it is an error.
bool print_jsonl(const Result<base::Json>& result);

// Reads stdin, parses each line into a Request, answers those together, prints. Lines are taken in
// groups, so memory stays bounded; what a line gets doesn't depend on its group. The exit code: 1
// when interrupted or when stdout is gone, 2 when any line failed.
template <class Request>
int run_jsonl(const std::function<Result<Request>(const base::Json&)>& parse,
              const std::function<std::vector<Result<base::Json>>(std::vector<Request>&,
                                                                  Interrupt&)>& answer_all) {
  constexpr std::size_t kGroup = 1024;
  bool failed = false;
  std::size_t line_number = 0;
  while (true) {
    const std::vector<JsonlLine> lines = read_jsonl(line_number, kGroup);
    if (lines.empty()) return failed ? kExitBadInput : kExitFine;

    std::vector<Result<base::Json>> results;
    std::vector<Request> requests;
    std::vector<std::size_t> asked;  // the line that each request came from
    for (std::size_t i = 0; i < lines.size(); ++i) {
      results.push_back(lines[i].value);
      if (!lines[i].value) continue;
      Result<Request> request = parse(*lines[i].value);
      if (!request) {
        results[i] = tl::unexpected(at_line(lines[i].number, std::move(request.error())));
        continue;
      }
      requests.push_back(std::move(*request));
      asked.push_back(i);
    }

    Interrupt interrupt;
    std::vector<Result<base::Json>> answers = answer_all(requests, interrupt);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      results[asked[i]] = std::move(answers[i]);
      if (!results[asked[i]])
        results[asked[i]] =
            tl::unexpected(at_line(lines[asked[i]].number, std::move(results[asked[i]].error())));
    }
    for (const auto& result : results) failed |= !print_jsonl(result);
    if (!flush_stdout() || interrupt.requested()) return kExitFailed;
  }
}

}  // namespace ashlar::cli
