#include "grammar/reference_loops.h"

#include <fmt/format.h>

namespace ashlar::grammar {
namespace {

// The subschemas that are applied to the very value that the node is applied to.
std::vector<NodeId> in_place(const Node& node) {
  std::vector<NodeId> next;
  for (const auto& one :
       {node.reference, node.negated, node.condition, node.consequence, node.alternative})
    if (one) next.push_back(*one);
  for (const auto* list : {&node.all_of, &node.any_of, &node.one_of})
    next.insert(next.end(), list->begin(), list->end());
  if (node.object)
    for (const DependentSchema& dependent : node.object->dependent_schemas)
      next.push_back(dependent.node);
  return next;
}

struct Visit {
  NodeId node;
  std::vector<NodeId> next;
};

}  // namespace

Status refuse_loops(const Schema& schema) {
  enum class State : std::uint8_t { fresh, open, done };
  std::vector<State> states(schema.nodes.size(), State::fresh);
  std::vector<Visit> path;
  for (NodeId start = 0; start < schema.nodes.size(); ++start) {
    if (states[start] != State::fresh) continue;
    states[start] = State::open;
    path.push_back({start, in_place(schema.nodes[start])});
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next.empty()) {
        states[visit.node] = State::done;
        path.pop_back();
        continue;
      }
      const NodeId next = visit.next.back();
      visit.next.pop_back();
      if (states[next] == State::open)
        return fail(ErrorKind::bad_input,
                    fmt::format("the schema at '{}' refers to itself for the same value, without "
                                "end",
                                schema.pointer(next)),
                    schema.pointer(visit.node), "refer to it below a property or an item");
      if (states[next] == State::done) continue;
      states[next] = State::open;
      path.push_back({next, in_place(schema.nodes[next])});
    }
  }
  return {};
}

}  // namespace ashlar::grammar
