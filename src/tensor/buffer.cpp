#include "tensor/buffer.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <utility>

namespace ashlar::tensor {

Result<Buffer> Buffer::create(std::size_t bytes, std::string_view purpose) {
  Buffer buffer;
  if (bytes == 0) return buffer;
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED)
    return fail(ErrorKind::exhausted, fmt::format("no memory for {} bytes", bytes),
                std::string(purpose), "use a smaller context, batch or model");
  buffer.data_ = static_cast<std::byte*>(data);
  buffer.size_ = bytes;
  return buffer;
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
