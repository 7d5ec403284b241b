#include "prompt/sequence_diff.h"

#include <algorithm>
#include <cstdint>

namespace ashlar::prompt {
namespace {

constexpr std::size_t kMostPairs = 4'000'000;

// Lengths of the longest common subsequences of all pairs of ends.
class Table {
 public:
  Table(std::span<const std::string> before, std::span<const std::string> after)
      : width_(after.size() + 1), lengths_((before.size() + 1) * width_) {
    for (std::size_t i = before.size(); i-- > 0;)
      for (std::size_t j = after.size(); j-- > 0;)
        lengths_[i * width_ + j] =
            before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  }
  std::uint32_t at(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> lengths_;
};

}  // namespace

std::vector<Edit> sequence_diff(std::span<const std::string> before,
                                std::span<const std::string> after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head &&
         before[before.size() - tail - 1] == after[after.size() - tail - 1])
    ++tail;
  const auto old_middle = before.subspan(head, before.size() - head - tail);
  const auto new_middle = after.subspan(head, after.size() - head - tail);
  const bool small = old_middle.empty() || new_middle.size() <= kMostPairs / old_middle.size();
  const Table table(small ? old_middle : std::span<const std::string>(),
                    small ? new_middle : std::span<const std::string>());

  std::vector<Edit> edits;
  for (std::size_t i = 0; i < head; ++i) edits.push_back({EditKind::keep, i, i});
  std::size_t i = 0, j = 0;
  while (i < old_middle.size() || j < new_middle.size()) {
    const bool both = i < old_middle.size() && j < new_middle.size();
    if (small && both && old_middle[i] == new_middle[j])
      edits.push_back({EditKind::keep, head + i++, head + j++});
    else if (i < old_middle.size() && !(small && both && table.at(i + 1, j) < table.at(i, j + 1)))
      edits.push_back({EditKind::remove, head + i++, head + j});
    else
      edits.push_back({EditKind::add, head + i, head + j++});
  }
  for (std::size_t k = tail; k > 0; --k)
    edits.push_back({EditKind::keep, before.size() - k, after.size() - k});
  return edits;
}

}  // namespace ashlar::prompt
