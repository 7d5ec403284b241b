// A single safetensors file (docs/formats/safetensors.md): a JSON header, then the tensors' bytes.
// Nothing in the file is trusted: sizes, shapes and offsets are checked before they are used, and
// the tensors cover the data exactly, without a hole and without sharing a byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "tensor/codec.h"
#include "tensor/shape.h"

namespace ashlar::formats {

struct SafetensorsTensor {
  std::string name;
  const tensor::Codec* codec;       // F32, F16 or BF16
  tensor::Shape shape;              // innermost first, the other way round than in the file
  std::span<const std::byte> data;  // exactly codec->bytes_for(shape.elements()), unaligned
};

// Move-only. Views stay valid as long as the Safetensors (and, for parse(), the bytes) lives.
class Safetensors {
 public:
  static Result<Safetensors> open(const std::filesystem::path& path);
  // `where` names the bytes in errors.
  static Result<Safetensors> parse(std::span<const std::byte> bytes, std::string where);

  const std::string& where() const { return where_; }
  // "__metadata__": what the writer noted down.
  const std::vector<std::pair<std::string, std::string>>& metadata() const { return metadata_; }
  const std::vector<SafetensorsTensor>& tensors() const { return tensors_; }  // in order of name
  const SafetensorsTensor* find_tensor(std::string_view name) const;

 private:
  friend class SafetensorsReader;
  base::MappedFile file_;
  std::string where_;
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<SafetensorsTensor> tensors_;
};

}  // namespace ashlar::formats
