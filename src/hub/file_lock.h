// Mutual exclusion between processes, by flock(2) on a file that stays. The lock goes when its
// holder dies, however that happens.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "base/result.h"

namespace ashlar::hub {

class FileLock {
 public:
  // Waits until the lock is ours; `on_wait` is called once if another process has it. A stop
  // request ends the wait: ErrorKind::cancelled. The file's folder is made.
  static Result<FileLock> acquire(const std::filesystem::path& path,
                                  const std::function<void()>& on_wait, std::stop_token stop);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace ashlar::hub
