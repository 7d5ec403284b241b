// Writes safetensors files in memory for tests: good ones, and bad ones by hand. Header-only.
//
//   const std::string file = SafetensorsBuilder().f32("a", {2, 3}, {1, 2, 3, 4, 5, 6}).build();
//
// Shapes are outermost first, as in the file. Nothing is checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/gguf_builder.h"

namespace ashlar::test {

class SafetensorsBuilder {
 public:
  using Shape = std::vector<std::uint64_t>;

  SafetensorsBuilder& f32(std::string_view name, const Shape& shape,
                          const std::vector<float>& values) {
    std::string data;
    for (const float value : values) put(data, value);
    return tensor(name, "F32", shape, data);
  }
  // From encoded bytes.
  SafetensorsBuilder& tensor(std::string_view name, std::string_view dtype, const Shape& shape,
                             std::string_view data) {
    const std::size_t begin = data_.size();
    data_ += data;
    return entry(name, dtype, shape, begin, data_.size());
  }
  // What the header says, whatever the data.
  SafetensorsBuilder& entry(std::string_view name, std::string_view dtype, const Shape& shape,
                            std::uint64_t begin, std::uint64_t end) {
    std::string extents;
    for (const std::uint64_t extent : shape)
      extents += (extents.empty() ? "" : ",") + std::to_string(extent);
    return raw("\"" + std::string(name) + "\":{\"dtype\":\"" + std::string(dtype) +
               "\",\"shape\":[" + extents + "],\"data_offsets\":[" + std::to_string(begin) + "," +
               std::to_string(end) + "]}");
  }
  SafetensorsBuilder& raw(const std::string& member) {
    header_ += (header_.empty() ? "" : ",") + member;
    return *this;
  }
  SafetensorsBuilder& data(std::string_view bytes) { return data_ += bytes, *this; }

  std::string build() const { return file("{" + header_ + "}", data_); }

  static std::string file(std::string_view header, std::string_view data = {}) {
    std::string bytes;
    put<std::uint64_t>(bytes, header.size());
    return bytes.append(header).append(data);
  }

 private:
  std::string header_, data_;
};

}  // namespace ashlar::test
