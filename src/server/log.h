// The server's log: a JSON object a line, each written whole, by a thread of its own: who logs
// waits for no disk and no pipe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/json.h"
#include "base/result.h"
#include "server/account.h"

namespace ashlar::server {

enum class Level : std::uint8_t { debug, info, warning, error };
// REQUIRES: one of the names.
Level level_named(std::string_view name);

// From any thread.
class Log {
 public:
  Log();   // to stderr, from info on
  ~Log();  // when all is written
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // From now on to `path`, empty: stderr. A file that was moved away is made anew. On an error all
  // stays as it was.
  Status open(const std::filesystem::path& path, Level least);

  // {"time", "level", "message", …}
  void say(Level level, std::string_view message, const base::Json& fields = base::Json::object());
  // {"time", "level", "id", "method", "path", "status", "key", "model", …}
  void request(const Account& account);

 private:
  void put(Level level, const base::Json& fields);
  void write_all();
  void write_lines(std::string_view lines);

  std::mutex file_mutex_;  // of who writes or changes the file; before mutex_
  int fd_ = 2;
  std::mutex mutex_;  // guards what is below
  std::condition_variable wake_;
  std::string waiting_;  // lines that aren't written yet
  std::size_t lost_ = 0;
  Level least_ = Level::info;
  std::atomic<bool> ends_ = false;  // changes under mutex_
  std::thread writer_;              // last: it uses the others
};

}  // namespace ashlar::server
