// The ways in which what is applied in place holds, or a node fails.
#include <fmt/format.h>

#include <algorithm>

#include "grammar/case_expansion.h"

namespace ashlar::grammar {

void CaseExpansion::in_place(const CaseStep& step, CaseWay& sure,
                             std::vector<std::vector<CaseWay>>& forks) {
  const Node& at = node(step.id);
  if (at.reference) sure.push_back(sub(step, *at.reference, true));
  if (at.dynamic_reference)
    sure.push_back(sub(step, context_.target(*at.dynamic_reference, inside_), true));
  for (const NodeId each : at.all_of) sure.push_back(sub(step, each, true));
  if (at.negated) sure.push_back(sub(step, *at.negated, false));
  if (!at.any_of.empty()) forks.push_back(some_of(step, at.any_of));
  if (!at.one_of.empty()) forks.push_back(one_of(step, at.one_of));
  if (at.condition && (at.consequence || at.alternative || !step.seen_by.empty())) {
    CaseWay yes{sub(step, *at.condition, true)}, no{sub(step, *at.condition, false)};
    if (at.consequence) yes.push_back(sub(step, *at.consequence, true));
    if (at.alternative) no.push_back(sub(step, *at.alternative, true));
    forks.push_back({std::move(yes), std::move(no)});
  }
}

// Ways may overlap. Under `unevaluated…` each subset is a way, for each sees other members.
std::vector<CaseWay> CaseExpansion::some_of(const CaseStep& step,
                                            const std::vector<NodeId>& nodes) {
  std::vector<CaseWay> ways;
  std::vector<NodeId> open;
  for (const NodeId each : nodes) {
    const Truth truth = decided(each);
    if (truth == Truth::yes && step.seen_by.empty()) return {CaseWay{}};
    if (truth != Truth::no) open.push_back(each);
  }
  if (step.seen_by.empty()) {
    for (const NodeId each : open) ways.push_back({sub(step, each, true)});
    return ways;
  }
  if (open.size() > kMostSubsets) {
    stop(ErrorKind::too_large,
         fmt::format("over {} subschemas of anyOf beside unevaluated members or items",
                     kMostSubsets),
         step.id, "anyOf", "use fewer");
    return {};
  }
  for (std::uint32_t chosen = 1; chosen < 1u << open.size(); ++chosen) {
    CaseWay way;
    for (std::size_t i = 0; i < open.size(); ++i)
      if (chosen >> i & 1) way.push_back(sub(step, open[i], true));
    ways.push_back(std::move(way));
  }
  return ways;
}

std::vector<CaseWay> CaseExpansion::one_of(const CaseStep& step, const std::vector<NodeId>& nodes) {
  std::vector<CaseWay> ways;
  for (std::size_t chosen = 0; chosen < nodes.size(); ++chosen) {
    if (decided(nodes[chosen]) == Truth::no) continue;
    CaseWay way{sub(step, nodes[chosen], true)};
    bool possible = true;
    for (std::size_t other = 0; other < nodes.size(); ++other) {
      if (other == chosen) continue;
      const Truth truth = decided(nodes[other]);
      possible &= truth != Truth::yes;
      if (truth == Truth::open) way.push_back(sub(step, nodes[other], false));
    }
    if (possible) ways.push_back(std::move(way));
  }
  return ways;
}

void CaseExpansion::dependents(const CaseStep& step, std::vector<std::vector<CaseWay>>& forks) {
  const Node& at = node(step.id);
  if (!at.object) return;
  const auto absent = [](const std::string& name) {
    return CaseWay{{.kind = CaseStep::Kind::forbid, .name = name}};
  };
  const auto present = [](const std::string& name) {
    return CaseStep{.kind = CaseStep::Kind::require, .name = name};
  };
  for (const DependentRequired& dependent : at.object->dependent_required) {
    CaseWay there{present(dependent.name)};
    for (const std::string& name : dependent.required) there.push_back(present(name));
    forks.push_back({absent(dependent.name), std::move(there)});
  }
  for (const DependentSchema& dependent : at.object->dependent_schemas)
    forks.push_back(
        {absent(dependent.name), {present(dependent.name), sub(step, dependent.node, true)}});
}

bool CaseExpansion::take_failing(CaseBegun& draft, const CaseStep& step) {
  const Node& at = node(step.id);
  inside_ = context_.entered(step.scope, step.id);
  std::vector<CaseWay> ways;
  for (const auto* choice : {at.enumeration.get(), at.constant.get()})
    if (choice && fail_choice(*choice, ways)) return true;
  if (type_ == Type::number) {
    for (NumberFact fact : facts_of(at)) {
      fact.holds = !fact.holds;
      ways.push_back({{.kind = CaseStep::Kind::fact, .fact = fact}});
    }
  } else if (has_own(at)) {
    ways.push_back(
        {{.kind = CaseStep::Kind::part, .holds = false, .id = step.id, .scope = inside_}});
  }
  if ((at.array && at.array->unevaluated) || (at.object && at.object->unevaluated)) {
    stop(ErrorKind::unsupported, "what must not hold looks at unevaluated members or items",
         step.id, type_ == Type::array ? "unevaluatedItems" : "unevaluatedProperties",
         "write the negation another way");
    return false;
  }
  fail_in_place(step, ways);
  if (ways.size() != 1) return fork(draft, std::move(ways));
  draft.todo.insert(draft.todo.begin() + static_cast<std::ptrdiff_t>(draft.done), ways[0].begin(),
                    ways[0].end());
  return true;
}

// True: it fails for every value of the type.
bool CaseExpansion::fail_choice(const Choice& choice, std::vector<CaseWay>& ways) {
  const bool fits =
      std::ranges::any_of(choice.values, [&](const Value& value) { return is_of(value, type_); });
  if (!fits) return true;
  if (type_ <= Type::yes) return false;
  CaseWay way;
  if (type_ == Type::number) {
    way.push_back({.kind = CaseStep::Kind::fact,
                   .fact = {.kind = NumberFact::Kind::choice, .holds = false, .choice = &choice}});
  } else if (type_ == Type::string) {
    way.push_back({.kind = CaseStep::Kind::choice, .holds = false, .choice = &choice});
  } else {
    for (const Value& value : choice.values)
      if (is_of(value, type_))
        way.push_back({.kind = CaseStep::Kind::value, .holds = false, .id = context_.id_of(value)});
  }
  ways.push_back(std::move(way));
  return false;
}

void CaseExpansion::fail_in_place(const CaseStep& step, std::vector<CaseWay>& ways) {
  const Node& at = node(step.id);
  const auto all = [&](const std::vector<NodeId>& nodes, bool holds) {
    CaseWay way;
    for (const NodeId each : nodes) way.push_back(sub(step, each, holds));
    return way;
  };
  if (at.reference) ways.push_back({sub(step, *at.reference, false)});
  if (at.dynamic_reference)
    ways.push_back({sub(step, context_.target(*at.dynamic_reference, inside_), false)});
  for (const NodeId each : at.all_of) ways.push_back({sub(step, each, false)});
  if (!at.any_of.empty()) ways.push_back(all(at.any_of, false));
  if (!at.one_of.empty()) {
    ways.push_back(all(at.one_of, false));
    for (std::size_t i = 0; i < at.one_of.size(); ++i)
      for (std::size_t j = i + 1; j < at.one_of.size(); ++j)
        ways.push_back({sub(step, at.one_of[i], true), sub(step, at.one_of[j], true)});
  }
  if (at.negated) ways.push_back({sub(step, *at.negated, true)});
  if (at.condition && at.consequence)
    ways.push_back({sub(step, *at.condition, true), sub(step, *at.consequence, false)});
  if (at.condition && at.alternative)
    ways.push_back({sub(step, *at.condition, false), sub(step, *at.alternative, false)});
  if (type_ != Type::object || !at.object) return;
  const auto present = [](const std::string& name) {
    return CaseStep{.kind = CaseStep::Kind::require, .name = name};
  };
  for (const DependentRequired& dependent : at.object->dependent_required)
    for (const std::string& name : dependent.required)
      ways.push_back(
          {present(dependent.name), CaseStep{.kind = CaseStep::Kind::forbid, .name = name}});
  for (const DependentSchema& dependent : at.object->dependent_schemas)
    ways.push_back({present(dependent.name), sub(step, dependent.node, false)});
}

}  // namespace ashlar::grammar
