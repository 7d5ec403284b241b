// Which of some texts a text has just ended with, byte by byte (Aho and Corasick 1975).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::grammar {

struct SoughtText {
  std::string text;
  bool first_only = false;  // found only where the searched text begins
};

// REQUIRES: no text is empty or has another inside.
class TriggerSearch {
 public:
  using NodeId = std::uint32_t;

  explicit TriggerSearch(std::vector<SoughtText> sought);

  NodeId first() const { return 0; }  // where the searched text begins
  NodeId later() const { return later_; }
  NodeId next(NodeId node, std::uint8_t byte) const { return nodes_[node].next[byte]; }
  // How many of the last bytes may be the beginning of a sought text.
  std::uint32_t pending(NodeId node) const {
    return static_cast<std::uint32_t>(nodes_[node].pending.size());
  }
  // The text that ends here.
  std::optional<std::uint32_t> found(NodeId node) const { return nodes_[node].found; }
  // Whether one may still be found.
  bool can_find(NodeId node) const { return repeats_ || nodes_[node].first; }

 private:
  struct Node {
    std::string pending;
    bool first = false;  // nothing came before what is pending
    std::optional<std::uint32_t> found = {};
    std::array<NodeId, 256> next = {};
  };
  bool begins_one(std::string_view text, bool first) const;
  NodeId node_of(std::string_view pending, bool first);
  NodeId next_of(const std::string& pending, bool first);

  std::vector<SoughtText> sought_;
  std::vector<Node> nodes_;
  NodeId later_ = 0;
  bool repeats_ = false;  // one is not first_only
};

}  // namespace ashlar::grammar
