// Writes GGUF v3 (docs/formats/gguf.md), tensor after tensor, so that memory holds no more than
// what is being written. The same calls give the same bytes. The file grows under another name and
// gets its own when it is whole; after a kill, writing goes on behind the tensors that are kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"

namespace ashlar::formats {

// Everything before the tensor data, and the places of the tensors in it. Names and keys are the
// caller's to keep apart and to keep UTF-8.
class GgufHeader {
 public:
  // REQUIRES: what the entry general.alignment says, 32 without it.
  explicit GgufHeader(std::uint64_t alignment = 32) : alignment_(alignment) {}

  // The entry as its file holds it, byte for byte.
  void copy(const GgufEntry& entry);
  void u32(std::string_view key, std::uint32_t value);
  // Data follows in the order of the calls. REQUIRES: a row is whole blocks.
  void tensor(std::string_view name, const tensor::Codec& codec, const tensor::Shape& shape);

  std::string bytes() const;  // padded: data follows at once
  std::size_t tensors() const { return sizes_.size(); }
  std::uint64_t tensor_bytes(std::size_t index) const { return sizes_[index]; }
  std::uint64_t offset(std::size_t index) const;  // from the start of the data
  std::uint64_t padding(std::uint64_t bytes) const { return -bytes & (alignment_ - 1); }

 private:
  std::uint64_t alignment_, entries_ = 0, data_bytes_ = 0;
  std::string metadata_, infos_;
  std::vector<std::uint64_t> sizes_;
};

// Move-only. Without finish() what was written stays under partial_path(), for another writer to go
// on with; of a file without a byte nothing stays.
class GgufWriter {
 public:
  static std::filesystem::path partial_path(const std::filesystem::path& path);

  // Locks partial_path() and leaves what is in it. Errors: another process writes the same file;
  // the disk's.
  static Result<GgufWriter> create(const std::filesystem::path& path);

  GgufWriter(GgufWriter&& other) noexcept;
  GgufWriter& operator=(GgufWriter&&) = delete;
  ~GgufWriter();

  // First of all calls: writes the header, or goes on behind the first `keep` tensors of what an
  // earlier writer with the same header left.
  Status begin(GgufHeader header, std::size_t keep = 0);

  // More of the tensor at hand; at its last byte comes its padding, then the next tensor. Bytes
  // past the last tensor are an error.
  Status append(std::span<const std::byte> bytes);

  // Syncs and gives the file its name. Errors: tensors are missing; a file of that name has come
  // about; the disk's.
  Status finish();

 private:
  GgufWriter(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  bool has_partial_name() const;
  Status write(std::string_view bytes);

  std::filesystem::path path_;
  GgufHeader header_;
  int fd_;
  std::size_t tensor_ = 0;     // at hand
  std::uint64_t written_ = 0;  // of it
};

}  // namespace ashlar::formats
