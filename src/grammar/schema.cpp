#include "grammar/schema.h"

namespace ashlar::grammar {

std::string Schema::pointer(NodeId node) const {
  std::vector<const std::string*> steps;
  for (std::optional<NodeId> at = node; at; at = nodes[*at].parent)
    steps.push_back(&nodes[*at].step);
  const std::string& document = documents[resources[nodes[node].resource].document];
  std::string pointer = document.empty() ? "" : document + "#";
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) pointer += **step;
  return pointer;
}

NodeId Schema::target(const DynamicReference& reference,
                      const std::vector<ResourceId>& scope) const {
  if (!reference.dynamic) return reference.initial;
  for (const ResourceId resource : scope) {
    const auto& anchors = resources[resource].dynamic_anchors;
    if (const auto at = anchors.find(reference.anchor); at != anchors.end()) return at->second;
  }
  return reference.initial;
}

}  // namespace ashlar::grammar
