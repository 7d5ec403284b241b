#include "llm/keyed_log.h"

#include <fmt/format.h>

#include <system_error>

#include "base/file.h"

namespace ashlar::llm {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;

// Takes the first line off `text`; false where no newline ends it, as a kill leaves it.
bool take_line(std::string_view& text, std::string_view& line) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

// The lines to go on behind, each with its newline.
std::string believed_lines(std::string_view text, std::string_view key,
                           const KeyedLog::Believe& believe) {
  std::string_view line;
  if (!take_line(text, line) || line != key) return {};
  const std::string_view lines = text;
  std::size_t bytes = 0;
  while (take_line(text, line) && believe(line)) bytes += line.size() + 1;
  return std::string(lines.substr(0, bytes));
}

}  // namespace

Result<KeyedLog> KeyedLog::open(std::filesystem::path path, std::string_view key,
                                const Believe& believe) {
  KeyedLog log(std::move(path));
  const auto text = base::read_file(log.path_, kMostBytes);
  const std::string lines = text ? believed_lines(*text, key, believe) : std::string();
  ASHLAR_TRY(base::write_file(log.path_, fmt::format("{}\n{}", key, lines)));
  log.file_.open(log.path_, std::ios::app);
  return log;
}

Status KeyedLog::add(std::string_view line) {
  if (file_ << line << '\n' << std::flush) return {};
  return fail(ErrorKind::io, "can't write what is to be gone on from", path_.string(),
              "free disk space");
}

void KeyedLog::remove() {
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace ashlar::llm
