#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ashlar::base {
namespace {

// Closes the descriptor at the end of the scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

tl::unexpected<Error> refused(const char* action, const std::filesystem::path& path) {
  const int code = errno;
  return fail(code == ENOENT
                  ? ErrorKind::not_found
                  : (code == ENOSPC || code == EDQUOT ? ErrorKind::exhausted : ErrorKind::io),
              fmt::format("can't {} the file: {}", action, std::strerror(code)), path.string(),
              code == ENOENT   ? "check the path"
              : code == ENOSPC ? "free disk space"
                               : "check the path and its permissions");
}

Result<struct stat> stat_regular(int fd, const std::filesystem::path& path) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return refused("examine", path);
  if (!S_ISREG(info.st_mode))
    return fail(ErrorKind::bad_input, "not a regular file", path.string(), "name a file");
  return info;
}

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return refused("open", path);
  ASHLAR_ASSIGN(const struct stat info, stat_regular(file.fd, path));
  MappedFile mapped;
  mapped.size_ = static_cast<std::size_t>(info.st_size);
  if (mapped.size_ == 0) return mapped;
  void* data = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (data == MAP_FAILED) return refused("map", path);
  mapped.data_ = static_cast<const std::byte*>(data);
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return refused("open", path);
  ASHLAR_ASSIGN(const struct stat info, stat_regular(file.fd, path));
  if (static_cast<std::size_t>(info.st_size) > limit)
    return fail(ErrorKind::too_large,
                fmt::format("{} bytes, and at most {} are read", info.st_size, limit),
                path.string(), "use a smaller file");
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t n = ::read(file.fd, bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused("read", path);
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  bytes.resize(filled);
  return bytes;
}

Status write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  return write_file(path, std::span(&bytes, 1), mode);
}

Status write_file(const std::filesystem::path& path, std::span<const std::string_view> parts,
                  unsigned mode) {
  const std::filesystem::path partial = fmt::format("{}.{}.partial", path.string(), ::getpid());
  {
    Descriptor file{::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (file.fd < 0) return refused("create", partial);
    Status written;
    for (const std::string_view part : parts)
      if (written) written = write_all(file.fd, part, path);
    if (written && ::fsync(file.fd) != 0) written = refused("sync", path);
    if (!written) {
      ::unlink(partial.c_str());
      return written;
    }
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) {
    auto error = refused("rename", path);
    ::unlink(partial.c_str());
    return error;
  }
  return {};
}

}  // namespace ashlar::base
