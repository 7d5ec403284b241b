// Reads little-endian primitives from bytes that nobody vouches for. Every read is checked against
// what is left; an error says the file, the byte and the thing that was being read. Knows nothing
// of a format but that strings and arrays carry their length in front.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::formats {

inline constexpr std::string_view kFetchAgain =
    "the file is cut short or damaged: fetch it again and compare its sha256";

class ByteCursor {
 public:
  // All must outlive the cursor. Errors call the source `where` and the bytes `extent` ("the
  // file").
  ByteCursor(std::span<const std::byte> bytes, const std::string& where, std::string_view extent)
      : bytes_(bytes), where_(where), extent_(extent) {}

  std::size_t offset() const { return offset_; }
  std::size_t left() const { return bytes_.size() - offset_; }

  // What errors call the thing being read from here on: enter("key", name).
  void enter(std::string_view kind, std::string_view name) {
    kind_ = kind;
    name_ = name;
  }

  template <class T>
  Result<T> number() {
    static_assert(std::endian::native == std::endian::little);
    ASHLAR_ASSIGN(const std::span<const std::byte> bytes, take(sizeof(T)));
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // A u64 that counts things of at least `minimum_bytes` each: more than could follow is an error,
  // so that a count may size an allocation.
  Result<std::uint64_t> count(std::string_view of, std::uint64_t minimum_bytes);

  // A u64 length and that many bytes, which need not be UTF-8.
  Result<std::string_view> string();

  Result<std::span<const std::byte>> take(std::uint64_t count);

  // An error at the current byte.
  tl::unexpected<Error> error(ErrorKind kind, std::string message,
                              std::string_view mend = kFetchAgain) const;

 private:
  std::span<const std::byte> bytes_;
  const std::string& where_;
  std::string_view extent_;
  std::size_t offset_ = 0;
  std::string_view kind_, name_;
};

}  // namespace ashlar::formats
