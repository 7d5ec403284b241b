#include "hub/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "hub/partial_file.h"

namespace ashlar::hub {
namespace {

constexpr std::chrono::milliseconds kPollInterval{100};

}  // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& path,
                                   const std::function<void()>& on_wait, std::stop_token stop) {
  ASHLAR_TRY(make_folder(path.parent_path()));
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0)
    return fail(ErrorKind::io, fmt::format("can't open the lock file: {}", std::strerror(errno)),
                path.string(), "check the permissions of ASHLAR_HOME");
  FileLock lock(fd);
  for (bool told = false; ::flock(fd, LOCK_EX | LOCK_NB) != 0; told = true) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail(ErrorKind::io, fmt::format("can't lock: {}", std::strerror(errno)), path.string(),
                  "put ASHLAR_HOME on a file system with flock");
    if (stop.stop_requested())
      return fail(ErrorKind::cancelled, "stopped on request", path.string());
    if (!told && on_wait) on_wait();
    std::this_thread::sleep_for(kPollInterval);
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace ashlar::hub
