// Things of one kind, each kept once and known by its index.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace ashlar::grammar {

// What is told by its bytes alone.
template <class T>
inline constexpr bool kIsBytes = std::has_unique_object_representations_v<T>;
template <class T>
inline constexpr bool kIsBytes<std::vector<T>> = std::has_unique_object_representations_v<T>;
template <>
inline constexpr bool kIsBytes<std::string> = true;

struct ByteHash {
  template <class T>
  std::size_t operator()(const T& thing) const {
    if constexpr (std::has_unique_object_representations_v<T>)
      return of(&thing, sizeof(T));
    else
      return of(thing.data(), thing.size() * sizeof(thing[0]));
  }

 private:
  static std::size_t of(const void* bytes, std::size_t size) {
    return std::hash<std::string_view>()({static_cast<const char*>(bytes), size});
  }
};

template <class T>
class Interner {
 public:
  std::uint32_t id(T thing) {
    const auto [at, fresh] =
        ids_.try_emplace(std::move(thing), static_cast<std::uint32_t>(things_.size()));
    if (fresh) things_.push_back(&at->first);
    return at->second;
  }
  const T& operator[](std::uint32_t id) const { return *things_[id]; }
  std::size_t size() const { return things_.size(); }
  // Forgets what came behind the first `size`.
  void shrink(std::size_t size) {
    for (; things_.size() > size; things_.pop_back()) ids_.erase(ids_.find(*things_.back()));
  }

 private:
  std::conditional_t<kIsBytes<T>, std::unordered_map<T, std::uint32_t, ByteHash>,
                     std::map<T, std::uint32_t>>
      ids_;
  std::vector<const T*> things_;
};

}  // namespace ashlar::grammar
