// Memory of our own: page-aligned, zero, and not resident until touched. Move-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>

#include "base/result.h"

namespace ashlar::tensor {

class Buffer {
 public:
  // `purpose` names the need in the error ("KV cache"). Memory that is read as one long stream asks
  // for large pages: fewer walks of the page table, and prefetchers stop at fewer borders.
  enum class Pages : std::uint8_t { small, large };
  static Result<Buffer> create(std::size_t bytes, std::string_view purpose,
                               Pages pages = Pages::small);

  // The first `bytes` of a file, read only, which come in when they are touched: at once, but in
  // small pages. Nullopt: it can't be mapped, or is shorter.
  static std::optional<Buffer> map(const std::filesystem::path& path, std::size_t bytes);

  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  // Turns a mapped file into memory of our own, in large pages, piece by piece: for readers nothing
  // changes. Stops early where asked or where memory is refused; it stays mapped from there on.
  static void settle(std::byte* data, std::size_t bytes, const std::stop_token& stop);

  // Brings a stretch in before it is touched, where the system can. REQUIRES: it lies inside.
  void make_resident(std::size_t from, std::size_t bytes);

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ashlar::tensor
