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

}  // namespace ashlar::grammar
