// The longest common subsequence of two sequences, as the edits that lead from one to the other.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ashlar::prompt {

enum class EditKind { keep, remove, add };

struct Edit {
  EditKind kind;
  std::size_t before, after;  // where it is in each; of add and remove, where it would be
};

// Removals come before what is added in their place. Where the parts that differ are too long for
// a table (4,000,000 pairs), all of them goes and comes.
std::vector<Edit> sequence_diff(std::span<const std::string> before,
                                std::span<const std::string> after);

}  // namespace ashlar::prompt
