#include "cli/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"
#include "cli/text_input.h"

namespace ashlar::cli {

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

bool has_piped_stdin() {
  struct stat status;
  if (fstat(STDIN_FILENO, &status) != 0) return false;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode);
}

Result<std::string> read_piped_stdin() {
  constexpr int kPatienceMs = 3000;
  struct pollfd waiting = {STDIN_FILENO, POLLIN, 0};
  if (poll(&waiting, 1, kPatienceMs) == 0)
    say("ashlar: waiting for the end of stdin (</dev/null leaves it out)");
  return read_all(stdin, "stdin");
}

namespace {
int first_errno = 0;
}

bool put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return flush_stdout();
}

bool flush_stdout() {
  errno = 0;
  const bool fine = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!fine) keep_stdout_errno(errno ? errno : EIO);
  return fine;
}

int stdout_errno() {
  return first_errno;
}

void keep_stdout_errno(int error) {
  if (first_errno == 0) first_errno = error;
}

std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::code_point_at(text, at);
    const char32_t c = point.value;
    if (!point.valid)
      base::append_utf8(out, 0xFFFD);
    else if (c < 0x20 && c != '\n' && c != '\t')
      base::append_utf8(out, 0x2400 + c);
    else if (c == 0x7F)
      base::append_utf8(out, 0x2421);
    else if (c >= 0x80 && c < 0xA0)
      base::append_utf8(out, 0xFFFD);
    else
      out.append(text, at, point.bytes);
    at += point.bytes;
  }
  return out;
}

bool put_answer(std::string_view text) {
  static const bool terminal = is_terminal(STDOUT_FILENO);
  return terminal ? put(harmless(text)) : put(text);
}

void say(std::string_view line) {
  const std::string whole = std::string(line) + '\n';
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

void note(std::string_view line) {
  static const bool dim = is_terminal(STDERR_FILENO) && !std::getenv("NO_COLOR");
  say(dim ? fmt::format("\x1b[2m{}\x1b[0m", line) : std::string(line));
}

void ProgressLine::show(std::string_view text) {
  static const bool terminal = is_terminal(STDERR_FILENO);
  if (!terminal) return;
  std::fputs(fmt::format("\r\x1b[K{}", text).c_str(), stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace ashlar::cli
