#include "hub/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ashlar::hub {
namespace {

tl::unexpected<Error> refused(std::string_view action, const std::filesystem::path& path,
                              int code) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return fail(full ? ErrorKind::exhausted : ErrorKind::io,
              fmt::format("can't {}: {}", action, std::strerror(code)), path.string(),
              full ? "free disk space, or point ASHLAR_HOME at another disk"
                   : "check the permissions of ASHLAR_HOME");
}

Status sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return refused("open the folder", folder, errno);
  const int failed = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (failed) return refused("sync the folder", folder, failed);
  return {};
}

}  // namespace

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return refused("make the folder", folder, error.value());
  return {};
}

Result<PartialFile> PartialFile::create(std::filesystem::path partial) {
  const int fd = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return refused("create the file", partial, errno);
  return PartialFile(std::move(partial), fd);
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(path_.c_str());
}

Status PartialFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused("write the file", path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status PartialFile::move_to(const std::filesystem::path& path) {
  if (::fsync(fd_) != 0) return refused("sync the file", path_, errno);
  ASHLAR_TRY(make_folder(path.parent_path()));
  if (::rename(path_.c_str(), path.c_str()) != 0) return refused("rename to", path, errno);
  ::close(std::exchange(fd_, -1));
  return sync_folder(path.parent_path());
}

}  // namespace ashlar::hub
