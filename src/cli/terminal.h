// What a verb reads from and writes to: stdin whole, stdout as it comes, and on stderr the things
// that only a person at a terminal wants to see.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::cli {

bool is_terminal(int descriptor);

// Whether something is piped or redirected into stdin: a pipe, a socket or a file, not /dev/null.
bool has_piped_stdin();

// All of stdin. Says on stderr that it is waiting when nothing comes for some seconds.
Result<std::string> read_piped_stdin();

// Writes to stdout at once; false when stdout no longer takes it.
bool put(std::string_view text);

// Whether stdout took everything that was printed so far.
bool flush_stdout();

// The errno of the first write that failed, 0 if none did.
int stdout_errno();
void keep_stdout_errno(int error);

// `text` with control characters but newline and tab made visible (U+2400 …), so that no answer can
// drive the terminal.
std::string harmless(std::string_view text);

// As put(), made harmless when stdout is a terminal.
bool put_answer(std::string_view text);

// A line on stderr; one that doesn't take it is no reason to fail.
void say(std::string_view line);

// The same, dimmed on a terminal unless NO_COLOR is set.
void note(std::string_view line);

// One line on a terminal's stderr that is rewritten in place and wiped at the end; elsewhere
// nothing.
class ProgressLine {
 public:
  ~ProgressLine() { clear(); }
  void show(std::string_view text);
  void clear();

 private:
  bool shown_ = false;
};

}  // namespace ashlar::cli
