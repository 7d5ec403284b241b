// Which members of an object, or items of an array, some subschema has looked at: what
// `unevaluatedProperties` and `unevaluatedItems` leave alone.
#pragma once

#include <cstddef>
#include <vector>

namespace ashlar::grammar {

class Evaluated {
 public:
  explicit Evaluated(std::size_t count) : marks_(count) {}

  void mark(std::size_t index) { marks_[index] = true; }
  bool has(std::size_t index) const { return marks_[index]; }
  std::size_t count() const { return marks_.size(); }
  void merge(const Evaluated& other) {
    for (std::size_t i = 0; i < marks_.size(); ++i)
      if (other.marks_[i]) marks_[i] = true;
  }

 private:
  std::vector<bool> marks_;
};

}  // namespace ashlar::grammar
