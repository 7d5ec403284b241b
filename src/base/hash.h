// XXH3 of 128 bits, for caches: what something is, quick to make, the same in every process. No
// protection against one who seeks two things with the same hash.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace ashlar::base {

using Hash = std::array<std::byte, 16>;

class Hasher {
 public:
  Hasher();
  Hasher(Hasher&&) noexcept;
  ~Hasher();

  Hasher& add(std::span<const std::byte> bytes);
  // The bytes of a number, or of another thing without padding.
  template <class T>
  Hasher& add_value(const T& value) {
    return add(std::as_bytes(std::span(&value, 1)));
  }
  Hash result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash hash_of(std::span<const std::byte> bytes);
std::string hex(const Hash& hash);  // 32 lower-case digits

}  // namespace ashlar::base
