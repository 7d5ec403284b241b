#include "server/log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstring>
#include <utility>

namespace ashlar::server {
namespace {

using base::Json;

constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};

// RFC 3339 in UTC with milliseconds.
std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
}

double rounded(double milliseconds) {
  return std::round(milliseconds * 1000) / 1000;
}

Level level_of(const Account& account) {
  switch (account.outcome) {
    case Outcome::answered:
    case Outcome::cancelled: return Level::info;
    case Outcome::refused: return Level::warning;
    case Outcome::dropped: return Level::error;
  }
  return Level::error;
}

}  // namespace

Level level_named(std::string_view name) {
  std::size_t level = 0;
  while (kLevels.at(level) != name) ++level;
  return static_cast<Level>(level);
}

Log::Log() : writer_([this] { write_all(); }) {}

Log::~Log() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  wake_.notify_one();
  writer_.join();
  if (fd_ != STDERR_FILENO) ::close(fd_);
}

Status Log::open(const std::filesystem::path& path, Level least) {
  int fd = STDERR_FILENO;
  if (!path.empty()) fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0)
    return fail(ErrorKind::io, fmt::format("can't log: {}", std::strerror(errno)), path.string(),
                "name a file in a folder that is there");
  const std::scoped_lock file_lock(file_mutex_);
  if (fd_ != STDERR_FILENO) ::close(fd_);
  fd_ = fd;
  const std::scoped_lock lock(mutex_);
  least_ = least;
  return {};
}

void Log::say(Level level, std::string_view message, const Json& fields) {
  Json line = {{"message", message}};
  line.update(fields);
  put(level, line);
}

void Log::request(const Account& account) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json line = {{"id", account.id},
               {"trace_id", or_null(account.trace_id)},
               {"peer", or_null(account.peer)},
               {"method", account.method},
               {"path", account.path},
               {"status", account.status},
               {"key", or_null(account.key)},
               {"model", or_null(account.model)},
               {"prompt_tokens", account.prompt_tokens},
               {"cached_tokens", account.cached_tokens},
               {"completion_tokens", account.completion_tokens},
               {"ttft_ms", account.ttft_ms ? Json(rounded(*account.ttft_ms)) : Json(nullptr)},
               {"duration_ms", rounded(account.duration_ms)},
               {"outcome", name_of(account.outcome)}};
  if (!account.body.empty()) line["body"] = account.body;
  put(level_of(account), line);
}

// What a stuck reader leaves no room for is counted.
void Log::put(Level level, const Json& fields) {
  constexpr std::size_t kMost = 16 << 20;
  Json line = {{"time", timestamp()}, {"level", kLevels[static_cast<std::size_t>(level)]}};
  line.update(fields);
  const std::string text = base::write_json(line) + "\n";
  {
    const std::scoped_lock lock(mutex_);
    if (level < least_) return;
    if (waiting_.size() + text.size() > kMost) {
      ++lost_;
      return;
    }
    if (const auto lost = std::exchange(lost_, 0); lost > 0)
      waiting_ += fmt::format(R"({{"time":"{}","level":"error","message":"{} lines were lost"}})",
                              timestamp(), lost) +
                  "\n";
    waiting_ += text;
  }
  wake_.notify_one();
}

void Log::write_all() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::string lines = std::exchange(waiting_, {});
    lock.unlock();
    write_lines(lines);
    lock.lock();
  }
}

// As many whole lines at once as a pipe takes without waiting, so that those of several processes
// stay apart. A log that can't be written is no reason not to answer, and a stuck one none not to
// end.
void Log::write_lines(std::string_view lines) {
  const std::scoped_lock file_lock(file_mutex_);
  while (!lines.empty()) {
    pollfd waits{fd_, POLLOUT, 0};
    const int ready = ::poll(&waits, 1, 200);
    if (ready == 0 && ends_) return;
    if (ready <= 0) continue;
    std::string_view some = lines.substr(0, PIPE_BUF);
    if (const auto end = some.rfind('\n'); end != some.npos) some = some.substr(0, end + 1);
    const auto count = ::write(fd_, some.data(), some.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;
    lines.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace ashlar::server
