// Files: read-only mappings, whole reads, and writes that are never seen half done.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::base {

// A read-only memory mapping that lives as long as the object. Move-only.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// Reads a whole regular file, at most `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 1u << 30);

// Writes beside `path`, syncs, renames: a reader sees the old file or the new one, also after kill.
Status write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);
// The same of bytes that lie in several places, one behind another.
Status write_file(const std::filesystem::path& path, std::span<const std::string_view> parts,
                  unsigned mode = 0644);

}  // namespace ashlar::base
