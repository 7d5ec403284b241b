#include "tensor/buffer.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <utility>

namespace ashlar::tensor {

namespace {

constexpr std::size_t kPage = 4096;  // the least unit that the system maps
constexpr std::size_t kLargePage = std::size_t{2} << 20;

std::byte* map(std::size_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return data == MAP_FAILED ? nullptr : static_cast<std::byte*>(data);
}

// Begins on a large page: a page too much is mapped, and what is over is given back. Whether the
// kernel has large pages to give is its business; the bytes are the same.
std::byte* map_large(std::size_t bytes) {
  std::byte* data = map(bytes + kLargePage);
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
  std::byte* data = large ? map_large(bytes) : map(bytes);
  if (!data)
    return fail(ErrorKind::exhausted, fmt::format("no memory for {} bytes", bytes),
                std::string(purpose), "use a smaller context, batch or model");
  buffer.data_ = data;
  buffer.size_ = bytes;
  return buffer;
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
