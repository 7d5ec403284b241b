#include "tensor/buffer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ashlar::tensor {

namespace {

constexpr std::size_t kPage = 4096;  // the least unit that the system maps
constexpr std::size_t kLargePage = std::size_t{2} << 20;

std::byte* map_anonymous(std::size_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return data == MAP_FAILED ? nullptr : static_cast<std::byte*>(data);
}

// Begins on a large page: a page too much is mapped, and what is over is given back. Whether the
// kernel has large pages to give is its business; the bytes are the same.
std::byte* map_large(std::size_t bytes) {
  std::byte* data = map_anonymous(bytes + kLargePage);
  if (!data) return nullptr;
  const std::size_t past = reinterpret_cast<std::uintptr_t>(data) % kLargePage;
  const std::size_t front = (kLargePage - past) % kLargePage;
  const std::size_t used = (bytes + kPage - 1) / kPage * kPage;
  if (front > 0) ::munmap(data, front);
  if (front + used < bytes + kLargePage)
    ::munmap(data + front + used, bytes + kLargePage - front - used);
  ::madvise(data + front, used, MADV_HUGEPAGE);
  return data + front;
}

}  // namespace

Result<Buffer> Buffer::create(std::size_t bytes, std::string_view purpose, Pages pages) {
  Buffer buffer;
  if (bytes == 0) return buffer;
  const bool large = pages == Pages::large && bytes >= kLargePage;
  std::byte* data = large ? map_large(bytes) : map_anonymous(bytes);
  if (!data)
    return fail(ErrorKind::exhausted, fmt::format("no memory for {} bytes", bytes),
                std::string(purpose), "use a smaller context, batch or model");
  buffer.data_ = data;
  buffer.size_ = bytes;
  return buffer;
}

std::optional<Buffer> Buffer::map(const std::filesystem::path& path, std::size_t bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct stat info{};
  std::optional<Buffer> mapped;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && bytes > 0 &&
      static_cast<std::size_t>(info.st_size) >= bytes)
    if (std::byte* data = map_large(bytes)) {
      mapped.emplace();
      mapped->data_ = data;
      mapped->size_ = bytes;
      const int flags = MAP_PRIVATE | MAP_FIXED;
      if (::mmap(data, bytes, PROT_READ, flags, fd, 0) == MAP_FAILED) mapped.reset();
    }
  ::close(fd);
  return mapped;
}

// mremap() puts the copy in place of the mapping under the kernel's lock: whoever touches a page
// meanwhile waits for it.
void Buffer::settle(std::byte* data, std::size_t bytes, const std::stop_token& stop) {
  for (std::size_t at = 0; at < bytes && !stop.stop_requested(); at += kLargePage) {
    const std::size_t left = std::min(kLargePage, bytes - at);
    const std::size_t whole = (left + kPage - 1) / kPage * kPage;
    std::byte* copy = map_large(whole);
    if (!copy) return;
    std::memcpy(copy, data + at, left);
    if (::mremap(copy, whole, whole, MREMAP_MAYMOVE | MREMAP_FIXED, data + at) == MAP_FAILED) {
      ::munmap(copy, whole);
      return;
    }
  }
}

void Buffer::make_resident(std::size_t from, std::size_t bytes) {
  const std::size_t begin = from / kPage * kPage;
  ::madvise(data_ + begin, from + bytes - begin, MADV_POPULATE_WRITE);
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Buffer::~Buffer() {
  if (data_) ::munmap(data_, size_);
}

}  // namespace ashlar::tensor
