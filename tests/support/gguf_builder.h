// Writes GGUF files in memory for tests: good ones, and bad ones by hand. Header-only.
//
//   const std::string file = GgufBuilder()
//                                .string("general.architecture", "llama")
//                                .u32("llama.block_count", 2)
//                                .strings("tokenizer.ggml.tokens", {"a", "b"})
//                                .tensor_f32("output_norm.weight", {4}, {1, 2, 3, 4})
//                                .build();
//   auto gguf = formats::Gguf::parse(test::bytes_of(file), "built");   // `file` must outlive it
//
// Entries and tensors are written in the order of the calls. Offsets are laid out one after
// another and aligned, unless tensor_at() forces one. Nothing is checked: it is for tests to say
// what a reader must refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::test {

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Little-endian primitives at the end of a string.
template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

inline void put_string(std::string& out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out += text;
}

// Numbers of metadata types and of the tensor types that the tests need.
enum class Meta : std::uint32_t {
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  f32,
  boolean,
  string,
  array,
  u64,
  i64,
  f64
};
enum class Ggml : std::uint32_t {
  f32 = 0,
  f16 = 1,
  q4_0 = 2,
  q4_1 = 3,
  q5_0 = 6,
  q5_1 = 7,
  q8_0 = 8,
  q4_k = 12,
  q5_k = 13,
  q6_k = 14,
  iq4_nl = 20,
  bf16 = 30
};

class GgufBuilder {
 public:
  using Extents = std::vector<std::uint64_t>;  // innermost first

  GgufBuilder& version(std::uint32_t version) { return version_ = version, *this; }

  // Writes general.alignment and lays the data out by it.
  GgufBuilder& alignment(std::uint32_t alignment) {
    alignment_ = alignment;
    return u32("general.alignment", alignment);
  }

  // What the header claims, instead of the truth.
  GgufBuilder& claim_entries(std::uint64_t count) { return claimed_entries_ = count, *this; }
  GgufBuilder& claim_tensors(std::uint64_t count) { return claimed_tensors_ = count, *this; }

  // An entry from its encoded value.
  GgufBuilder& raw(std::string_view key, Meta type, std::string_view encoded) {
    put_string(metadata_, key);
    put(metadata_, static_cast<std::uint32_t>(type));
    metadata_ += encoded;
    ++entries_;
    return *this;
  }

  template <class T>
  GgufBuilder& number(std::string_view key, Meta type, T value) {
    std::string encoded;
    put(encoded, value);
    return raw(key, type, encoded);
  }
  GgufBuilder& u8(std::string_view key, std::uint8_t v) { return number(key, Meta::u8, v); }
  GgufBuilder& i8(std::string_view key, std::int8_t v) { return number(key, Meta::i8, v); }
  GgufBuilder& u16(std::string_view key, std::uint16_t v) { return number(key, Meta::u16, v); }
  GgufBuilder& i16(std::string_view key, std::int16_t v) { return number(key, Meta::i16, v); }
  GgufBuilder& u32(std::string_view key, std::uint32_t v) { return number(key, Meta::u32, v); }
  GgufBuilder& i32(std::string_view key, std::int32_t v) { return number(key, Meta::i32, v); }
  GgufBuilder& u64(std::string_view key, std::uint64_t v) { return number(key, Meta::u64, v); }
  GgufBuilder& i64(std::string_view key, std::int64_t v) { return number(key, Meta::i64, v); }
  GgufBuilder& f32(std::string_view key, float v) { return number(key, Meta::f32, v); }
  GgufBuilder& f64(std::string_view key, double v) { return number(key, Meta::f64, v); }
  GgufBuilder& boolean(std::string_view key, bool v) {
    return number(key, Meta::boolean, static_cast<std::uint8_t>(v));
  }
  GgufBuilder& string(std::string_view key, std::string_view value) {
    std::string encoded;
    put_string(encoded, value);
    return raw(key, Meta::string, encoded);
  }

  // An array of numbers: array<std::int32_t>("tokenizer.ggml.token_type", Meta::i32, {1, 3}).
  template <class T>
  GgufBuilder& array(std::string_view key, Meta type, const std::vector<T>& values) {
    std::string encoded = array_head(type, values.size());
    for (const T value : values) put(encoded, value);
    return raw(key, Meta::array, encoded);
  }
  GgufBuilder& i32s(std::string_view key, const std::vector<std::int32_t>& values) {
    return array(key, Meta::i32, values);
  }
  GgufBuilder& f32s(std::string_view key, const std::vector<float>& values) {
    return array(key, Meta::f32, values);
  }
  GgufBuilder& strings(std::string_view key, const std::vector<std::string>& values) {
    std::string encoded = array_head(Meta::string, values.size());
    for (const std::string& value : values) put_string(encoded, value);
    return raw(key, Meta::array, encoded);
  }

  // A tensor from its encoded bytes (blocks of its type).
  GgufBuilder& tensor(std::string_view name, Ggml type, const Extents& extents,
                      std::string_view data) {
    return tensor_at(name, static_cast<std::uint32_t>(type), extents, padded_size(), data);
  }
  GgufBuilder& tensor_f32(std::string_view name, const Extents& extents,
                          const std::vector<float>& values) {
    std::string data;
    for (const float value : values) put(data, value);
    return tensor(name, Ggml::f32, extents, data);
  }
  // With any type number and any offset; the data still follows that of the tensors before.
  GgufBuilder& tensor_at(std::string_view name, std::uint32_t type, const Extents& extents,
                         std::uint64_t offset, std::string_view data = {}) {
    data_.resize(padded_size());
    put_string(infos_, name);
    put(infos_, static_cast<std::uint32_t>(extents.size()));
    for (const std::uint64_t extent : extents) put(infos_, extent);
    put(infos_, type);
    put(infos_, offset);
    data_ += data;
    ++tensors_;
    return *this;
  }

  std::string build() const {
    std::string file = "GGUF";
    put(file, version_);
    put(file, claimed_tensors_.value_or(tensors_));
    put(file, claimed_entries_.value_or(entries_));
    file += metadata_;
    file += infos_;
    if (!data_.empty()) file.resize((file.size() + alignment_ - 1) / alignment_ * alignment_);
    return file + data_;
  }

  void save(const std::string& path) const {
    const std::string file = build();
    std::ofstream(path, std::ios::binary).write(file.data(), std::streamsize(file.size()));
  }

 private:
  static std::string array_head(Meta type, std::uint64_t count) {
    std::string encoded;
    put(encoded, static_cast<std::uint32_t>(type));
    put(encoded, count);
    return encoded;
  }
  std::size_t padded_size() const {
    return (data_.size() + alignment_ - 1) / alignment_ * alignment_;
  }

  std::uint32_t version_ = 3;
  std::uint32_t alignment_ = 32;
  std::uint64_t entries_ = 0, tensors_ = 0;
  std::optional<std::uint64_t> claimed_entries_, claimed_tensors_;
  std::string metadata_, infos_, data_;
};

}  // namespace ashlar::test
