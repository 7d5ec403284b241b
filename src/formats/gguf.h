// GGUF v2 and v3 (docs/formats/gguf.md). Nothing in the file is trusted: every count, offset, shape
// and string is checked against the file's size before it is used, and no allocation is larger than
// the bytes that justify it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "tensor/codec.h"
#include "tensor/shape.h"

namespace ashlar::formats {

// A metadata array. Numbers are widened; strings point into the file.
using GgufArray =
    std::variant<std::vector<std::int64_t>, std::vector<std::uint64_t>, std::vector<double>,
                 std::vector<bool>, std::vector<std::string_view>>;
using GgufValue =
    std::variant<std::int64_t, std::uint64_t, double, bool, std::string_view, GgufArray>;

struct GgufEntry {
  std::string_view key;
  std::string_view type;  // "u32", "str", "arr[str]" …
  GgufValue value;
  std::span<const std::byte> encoded;  // type and value as the file holds them
};

struct GgufTensor {
  std::string_view name;
  const tensor::Codec* codec;
  tensor::Shape shape;
  std::span<const std::byte> data;  // exactly codec->bytes_for(shape.elements())
};

// Move-only. Views stay valid as long as the Gguf (and, for parse(), the bytes) lives.
class Gguf {
 public:
  static Result<Gguf> open(const std::filesystem::path& path);
  // `where` names the bytes in errors.
  static Result<Gguf> parse(std::span<const std::byte> bytes, std::string where);

  const std::string& where() const { return where_; }
  std::uint32_t version() const { return version_; }
  std::uint64_t alignment() const { return alignment_; }
  const std::vector<GgufEntry>& metadata() const { return metadata_; }
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  std::span<const std::byte> bytes() const { return bytes_; }  // the whole file
  std::size_t file_bytes() const { return bytes_.size(); }

  // Lets the pages of `data`, a part of the file, leave memory: they come back when touched. For
  // who has copied a tensor and doesn't want it resident twice. No effect after parse().
  void release_pages(std::span<const std::byte> data) const;

  const GgufEntry* find(std::string_view key) const;
  const GgufTensor* find_tensor(std::string_view name) const;

  // A key that must be there and of that kind; the error names the key. Integers of any width and
  // sign are accepted where the value fits.
  Result<std::string_view> string(std::string_view key) const;  // bytes: UTF-8 is not checked
  Result<std::uint64_t> integer(std::string_view key) const;
  Result<double> number(std::string_view key) const;
  Result<bool> boolean(std::string_view key) const;
  Result<std::vector<std::string_view>> strings(std::string_view key) const;
  Result<std::vector<std::int64_t>> integers(std::string_view key) const;
  // As above, or `fallback` when the key is absent (present with a wrong type is still an error).
  Result<std::uint64_t> integer_or(std::string_view key, std::uint64_t fallback) const;
  Result<double> number_or(std::string_view key, double fallback) const;
  Result<bool> boolean_or(std::string_view key, bool fallback) const;

 private:
  friend class GgufReader;
  base::MappedFile file_;
  std::span<const std::byte> bytes_;
  std::string where_;
  std::uint32_t version_ = 0;
  std::uint64_t alignment_ = 32;
  std::vector<GgufEntry> metadata_;
  std::vector<GgufTensor> tensors_;
  std::vector<std::uint32_t> by_key_;   // indices into metadata_, in order of key
  std::vector<std::uint32_t> by_name_;  // indices into tensors_, in order of name
};

}  // namespace ashlar::formats
