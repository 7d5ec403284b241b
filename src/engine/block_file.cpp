#include "engine/block_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ashlar::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "ASHLARKV";
constexpr std::uint32_t kVersion = 1;

static_assert(std::endian::native == std::endian::little, "files are little-endian, as memory is");

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

template <class T>
void append(std::string& text, const T& value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// All that stands before the block.
std::string head_of(const BlockKey& key, std::size_t block_bytes) {
  std::string head(kMagic);
  append(head, kVersion);
  append(head, static_cast<std::uint32_t>(key.tokens.size()));
  append(head, static_cast<std::uint64_t>(block_bytes));
  append(head, key.identity);
  const auto bytes = std::as_bytes(key.tokens);
  head.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return head;
}

std::uint64_t checksum_of(const std::string& head, std::span<const std::byte> block) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  XXH3_64bits_update(&state, head.data(), head.size());
  XXH3_64bits_update(&state, block.data(), block.size());
  return XXH3_64bits_digest(&state);
}

bool read_all(int fd, void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t n = ::read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_all(int fd, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t n = ::write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

Result<bool> read_block_file(const fs::path& path, const BlockKey& key,
                             std::span<std::byte> block) {
  const auto bad = [&](ErrorKind kind, const char* what) {
    return fail(kind, what, path.string(), "remove it");
  };
  // A link may lead anywhere, and a pipe would be waited for.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (file.fd < 0 && errno == ENOENT) return false;
  if (file.fd < 0) return bad(ErrorKind::io, "can't be opened");
  const std::string head = head_of(key, block.size());
  std::string found(head.size(), '\0');
  std::uint64_t checksum = 0;
  struct stat info{};
  if (::fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode))
    return bad(ErrorKind::io, "is no file");
  if (static_cast<std::size_t>(info.st_size) != head.size() + block.size() + sizeof checksum)
    return bad(ErrorKind::corrupt, "has another size");
  if (!read_all(file.fd, found.data(), found.size()) ||
      !read_all(file.fd, block.data(), block.size()) ||
      !read_all(file.fd, &checksum, sizeof checksum))
    return bad(ErrorKind::io, "can't be read");
  if (found != head) return bad(ErrorKind::corrupt, "holds something else");
  if (checksum != checksum_of(head, block)) return bad(ErrorKind::corrupt, "is damaged");
  return true;
}

// What files hold is what people wrote: others needn't read it.
Result<std::uint64_t> write_block_file(const fs::path& path, const fs::path& partial,
                                       const BlockKey& key, std::span<const std::byte> block) {
  const std::string head = head_of(key, block.size());
  const std::uint64_t checksum = checksum_of(head, block);
  const auto refused = [&] {
    const int code = errno;
    ::unlink(partial.c_str());
    return fail(code == ENOSPC ? ErrorKind::exhausted : ErrorKind::io, std::strerror(code),
                path.string(), "free disk space");
  };
  {
    const Descriptor file{
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.fd < 0) return refused();
    if (!write_all(file.fd, head.data(), head.size()) ||
        !write_all(file.fd, block.data(), block.size()) ||
        !write_all(file.fd, &checksum, sizeof checksum))
      return refused();
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) return refused();
  return head.size() + block.size() + sizeof checksum;
}

}  // namespace ashlar::engine
