#include "grammar/trigger_search.h"

#include <algorithm>
#include <utility>

namespace ashlar::grammar {

TriggerSearch::TriggerSearch(std::vector<SoughtText> sought) : sought_(std::move(sought)) {
  repeats_ = std::ranges::any_of(sought_, [](const auto& each) { return !each.first_only; });
  node_of("", true);
  later_ = node_of("", false);
  for (NodeId id = 0; id < nodes_.size(); ++id)
    for (unsigned byte = 0; byte < 256; ++byte) {
      const NodeId next = next_of(nodes_[id].pending + static_cast<char>(byte), nodes_[id].first);
      nodes_[id].next[byte] = next;
    }
}

bool TriggerSearch::begins_one(std::string_view text, bool first) const {
  return std::ranges::any_of(sought_, [&](const auto& each) {
    return (first || !each.first_only) && each.text.starts_with(text);
  });
}

TriggerSearch::NodeId TriggerSearch::next_of(const std::string& pending, bool first) {
  if (first && begins_one(pending, true)) return node_of(pending, true);
  std::string_view rest = pending;
  while (!begins_one(rest, false) && !rest.empty()) rest.remove_prefix(1);
  return node_of(rest, false);
}

TriggerSearch::NodeId TriggerSearch::node_of(std::string_view pending, bool first) {
  for (NodeId id = 0; id < nodes_.size(); ++id)
    if (nodes_[id].pending == pending && nodes_[id].first == first) return id;
  Node node{std::string(pending), first};
  for (std::uint32_t i = 0; i < sought_.size(); ++i)
    if ((first || !sought_[i].first_only) && sought_[i].text == pending) node.found = i;
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size() - 1);
}

}  // namespace ashlar::grammar
