#include "tokenizer/bpe.h"

#include <algorithm>
#include <queue>

namespace ashlar::tokenizer {
namespace {

// Up to here looking at every pair for each merge is faster than keeping a heap.
constexpr std::size_t kShortWord = 48;

// The tokens of a long word as a doubly linked list in an array, and a heap of the pairs that join.
// An entry of the heap may be out of date; it is checked when it is taken out.
class LongWord {
 public:
  LongWord(const Merges& merges, std::span<const TokenId> ids) : merges_(merges) {
    const auto count = static_cast<Position>(ids.size());
    nodes_.reserve(count);
    for (Position i = 0; i < count; ++i) nodes_.push_back({ids[i], i - 1, i + 1});
    std::vector<Entry> entries;
    for (Position i = 0; i + 1 < count; ++i)
      if (const Rank rank = rank_at(i); rank != kNoMerge) entries.push_back(entry_of(rank, i));
    heap_ = Heap(std::greater<>(), std::move(entries));
  }

  void merge_all() {
    while (!heap_.empty()) {
      const Entry top = heap_.top();
      heap_.pop();
      const auto rank = static_cast<Rank>(top >> 32);
      const auto at = static_cast<Position>(top);
      if (nodes_[at].id != kGone && rank_at(at) == rank) join(at, rank);
    }
  }

  // Writes the remaining tokens over `ids`, which is long enough; returns their count.
  std::size_t write(std::span<TokenId> ids) const {
    std::size_t count = 0;
    for (Position at = 0; at < nodes_.size(); at = nodes_[at].next) ids[count++] = nodes_[at].id;
    return count;
  }

 private:
  using Position = std::uint32_t;
  using Entry = std::uint64_t;  // rank, then position: the order in which pairs join
  using Heap = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;
  static constexpr TokenId kGone = UINT32_MAX;

  struct Node {
    TokenId id;  // kGone once it is part of the one before
    Position previous, next;
  };

  static Entry entry_of(Rank rank, Position at) { return static_cast<Entry>(rank) << 32 | at; }

  bool is_node(Position at) const { return at < nodes_.size(); }  // false before 0 too: it wraps

  // Of the pair that begins at `at`.
  Rank rank_at(Position at) const {
    const Position next = nodes_[at].next;
    return is_node(next) ? merges_.rank_of(nodes_[at].id, nodes_[next].id) : kNoMerge;
  }

  void join(Position at, Rank rank) {
    Node& left = nodes_[at];
    Node& right = nodes_[left.next];
    left.id = merges_.result_of(rank);
    left.next = right.next;
    right.id = kGone;
    if (is_node(left.next)) nodes_[left.next].previous = at;
    push(at);
    if (is_node(left.previous)) push(left.previous);
  }

  void push(Position at) {
    if (const Rank rank = rank_at(at); rank != kNoMerge) heap_.push(entry_of(rank, at));
  }

  const Merges& merges_;
  std::vector<Node> nodes_;
  Heap heap_;
};

}  // namespace

Bpe::Bpe(const ByteTokens& bytes, Merges merges, std::optional<Unknown> unknown)
    : bytes_(bytes), merges_(std::move(merges)), unknown_(unknown) {}

std::size_t Bpe::encode(std::string_view word, std::vector<TokenId>& ids) const {
  const std::size_t begin = ids.size();
  const std::size_t dropped = append_bytes(word, ids);
  ids.size() - begin <= kShortWord ? merge_short(ids, begin) : merge_long(ids, begin);
  return dropped;
}

std::size_t Bpe::append_bytes(std::string_view word, std::vector<TokenId>& ids) const {
  std::size_t dropped = 0;
  bool after_unknown = false;
  for (const char byte : word) {
    const auto id = bytes_[static_cast<std::uint8_t>(byte)];
    if (id)
      ids.push_back(*id);
    else if (!unknown_)
      ++dropped;
    else if (!unknown_->fuse || !after_unknown)
      ids.push_back(unknown_->id);
    after_unknown = !id;
  }
  return dropped;
}

void Bpe::merge_short(std::vector<TokenId>& ids, std::size_t begin) const {
  TokenId* word = ids.data() + begin;
  std::size_t length = ids.size() - begin;
  std::array<Rank, kShortWord> ranks;  // of the pair that begins at each token
  const auto rank_at = [&](std::size_t i) {
    return i + 1 < length ? merges_.rank_of(word[i], word[i + 1]) : kNoMerge;
  };
  for (std::size_t i = 0; i < length; ++i) ranks[i] = rank_at(i);
  while (length > 1) {
    const auto lowest = std::min_element(ranks.begin(), ranks.begin() + length - 1);
    if (*lowest == kNoMerge) break;
    const std::size_t at = lowest - ranks.begin();
    word[at] = merges_.result_of(*lowest);
    std::copy(word + at + 2, word + length, word + at + 1);
    std::copy(ranks.begin() + at + 2, ranks.begin() + length, ranks.begin() + at + 1);
    --length;
    ranks[at] = rank_at(at);
    if (at > 0) ranks[at - 1] = rank_at(at - 1);
  }
  ids.resize(begin + length);
}

void Bpe::merge_long(std::vector<TokenId>& ids, std::size_t begin) const {
  const auto word = std::span(ids).subspan(begin);
  LongWord long_word(merges_, word);
  long_word.merge_all();
  ids.resize(begin + long_word.write(word));
}

}  // namespace ashlar::tokenizer
