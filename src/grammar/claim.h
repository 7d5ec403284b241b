// What is claimed of a value: that a schema holds of it or doesn't, that it equals another or
// doesn't. A set of claims, all to be met, is what the automaton knows of a value to come.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "grammar/schema.h"

namespace ashlar::grammar {

// Things of one kind, each kept once and known by its index.
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
  std::map<T, std::uint32_t> ids_;
  std::vector<const T*> things_;
};

using ScopeId = std::uint32_t;  // resources entered on the way, for dynamic references; 0: none
using ValueId = std::uint32_t;

struct Claim {
  enum class Of : std::uint8_t { node, value };
  Of of = Of::node;
  bool holds = true;
  std::uint32_t id = 0;  // NodeId or ValueId
  ScopeId scope = 0;

  auto operator<=>(const Claim&) const = default;
};

using Claims = std::vector<Claim>;  // ascending, each once
using ClaimsId = std::uint32_t;

// A value's type, as its first byte tells it.
enum class Type : std::uint8_t { null, no, yes, number, string, array, object };
inline constexpr Type kTypes[] = {Type::null,   Type::no,    Type::yes,   Type::number,
                                  Type::string, Type::array, Type::object};

}  // namespace ashlar::grammar
