#include "grammar/schema_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/json_pointer.h"
#include "grammar/case_expansion.h"

namespace ashlar::grammar {

Result<std::vector<Case>> CaseExpansion::run(const Claims& claims) {
  CaseBegun first;
  for (const Claim& claim : claims)
    first.todo.push_back({.holds = claim.holds,
                          .id = claim.id,
                          .of_value = claim.of == Claim::Of::value,
                          .scope = claim.scope});
  open_.push_back(std::move(first));
  while (!open_.empty() && !error_) {
    CaseBegun draft = std::move(open_.back());
    open_.pop_back();
    finish(std::move(draft));
  }
  if (error_) return tl::unexpected(*error_);
  return std::move(cases_);
}

void CaseExpansion::stop(ErrorKind kind, std::string message, NodeId at, std::string_view keyword,
                         std::string mend) {
  if (!error_)
    error_ = Error{kind, std::move(message), keyword_pointer(context_.schema, at, keyword),
                   std::move(mend)};
}

void CaseExpansion::finish(CaseBegun draft) {
  while (draft.done < draft.todo.size()) {
    const CaseStep step = draft.todo[draft.done++];
    if (!take(draft, step)) return;  // a contradiction, or ways in its stead
    if (error_) return;
  }
  if (cases_.size() + open_.size() > kMostCases)
    return stop(ErrorKind::too_large, fmt::format("over {} ways to meet a schema", kMostCases), 0,
                {}, "combine fewer anyOf, oneOf and not");
  cases_.push_back(std::move(draft.made));
}

bool CaseExpansion::fork(const CaseBegun& draft, std::vector<CaseWay> ways) {
  if (open_.size() + ways.size() > kMostCases) {
    stop(ErrorKind::too_large, fmt::format("over {} ways to meet a schema", kMostCases), 0, {},
         "combine fewer anyOf, oneOf and not");
    return false;
  }
  for (auto way = ways.rbegin(); way != ways.rend(); ++way) {  // the first is taken first
    CaseBegun copy = draft;
    copy.todo.insert(copy.todo.begin() + static_cast<std::ptrdiff_t>(copy.done),
                     std::make_move_iterator(way->begin()), std::make_move_iterator(way->end()));
    open_.push_back(std::move(copy));
  }
  return false;
}

CaseStep CaseExpansion::sub(const CaseStep& from, NodeId id, bool holds) const {
  CaseStep step{.holds = holds, .id = id, .scope = inside_};
  if (holds) step.seen_by = from.seen_by;
  return step;
}

bool CaseExpansion::take(CaseBegun& draft, const CaseStep& step) {
  Case& made = draft.made;
  switch (step.kind) {
    case CaseStep::Kind::claim:
      return step.of_value ? take_value(draft, step) : take_node(draft, step);
    case CaseStep::Kind::part: {
      Part part{step.id, step.scope, step.holds, step.seen_by};
      for (const Part& other : made.parts)
        if (other.node == part.node && other.scope == part.scope && other.holds != part.holds)
          return false;
      if (std::ranges::find(made.parts, part) == made.parts.end())
        made.parts.push_back(std::move(part));
      return true;
    }
    case CaseStep::Kind::fact: made.facts.push_back(step.fact); return true;
    case CaseStep::Kind::choice: made.choices.emplace_back(step.choice, step.holds); return true;
    case CaseStep::Kind::value: {
      for (const auto& [id, holds] : made.values)
        if (id == step.id ? holds != step.holds : holds && step.holds) return false;
      made.values.emplace_back(step.id, step.holds);
      return true;
    }
    case CaseStep::Kind::require:
      if (std::ranges::find(made.forbidden, step.name) != made.forbidden.end()) return false;
      made.required.push_back(step.name);
      return true;
    case CaseStep::Kind::forbid:
      if (std::ranges::find(made.required, step.name) != made.required.end()) return false;
      made.forbidden.push_back(step.name);
      return true;
  }
  return false;
}

bool CaseExpansion::take_value(CaseBegun& draft, const CaseStep& step) {
  if (!is_of(context_.values[step.id], type_)) return !step.holds;
  if (type_ <= Type::yes) return step.holds;  // there is one value of the type
  if (type_ == Type::number) {
    draft.made.facts.push_back({.kind = NumberFact::Kind::equal,
                                .holds = step.holds,
                                .value = Decimal::of(context_.values[step.id].number()->literal)});
    return true;
  }
  CaseStep next = step;
  next.kind = CaseStep::Kind::value;
  return take(draft, next);
}

bool CaseExpansion::take_node(CaseBegun& draft, const CaseStep& step) {
  const Truth truth = decided(step.id);
  if (!step.holds) {
    if (truth != Truth::open) return truth == Truth::no;
    return take_failing(draft, step);
  }
  if (truth == Truth::no) return false;
  if (truth == Truth::yes && step.seen_by.empty()) return true;
  const Node& at = node(step.id);
  if (at.literal) return *at.literal;
  inside_ = context_.entered(step.scope, step.id);
  CaseStep opened = step;
  const bool asks = (type_ == Type::array && at.array && at.array->unevaluated) ||
                    (type_ == Type::object && at.object && at.object->unevaluated);
  if (asks) {
    opened.seen_by.push_back(static_cast<std::uint32_t>(draft.made.unevaluated.size()));
    draft.made.unevaluated.push_back({step.id, inside_});
  }
  CaseWay sure;
  std::vector<std::vector<CaseWay>> forks;
  if (!keywords(opened, sure, forks)) return false;
  in_place(opened, sure, forks);
  if (type_ == Type::object) dependents(opened, forks);
  // The ways of one fork are followed by the others' as steps of their own would be: one at a time.
  draft.todo.insert(draft.todo.begin() + static_cast<std::ptrdiff_t>(draft.done), sure.begin(),
                    sure.end());
  if (forks.empty()) return true;
  std::vector<CaseBegun> drafts{draft};
  for (const auto& ways : forks) {
    std::vector<CaseBegun> more;
    for (const CaseBegun& each : drafts)
      for (const CaseWay& way : ways) {
        more.push_back(each);
        more.back().todo.insert(more.back().todo.end(), way.begin(), way.end());
      }
    drafts = std::move(more);
    if (open_.size() + drafts.size() > kMostCases) {
      stop(ErrorKind::too_large, fmt::format("over {} ways to meet a schema", kMostCases), step.id,
           {}, "combine fewer anyOf, oneOf and not");
      return false;
    }
  }
  for (auto each = drafts.rbegin(); each != drafts.rend(); ++each)
    open_.push_back(std::move(*each));
  return false;
}

bool CaseExpansion::keywords(const CaseStep& step, CaseWay& sure,
                             std::vector<std::vector<CaseWay>>& forks) {
  const Node& at = node(step.id);
  if ((at.types & mask_of(type_)) == 0) return false;
  for (const auto* choice : {at.enumeration.get(), at.constant.get()})
    if (choice && !add_choice(*choice, sure, forks)) return false;
  if (type_ == Type::number) {
    for (const NumberFact& fact : facts_of(at))
      sure.push_back({.kind = CaseStep::Kind::fact, .fact = fact});
  } else if (has_own(at)) {
    sure.push_back(
        {.kind = CaseStep::Kind::part, .id = step.id, .scope = inside_, .seen_by = step.seen_by});
  }
  return true;
}

bool CaseExpansion::add_choice(const Choice& choice, CaseWay& sure,
                               std::vector<std::vector<CaseWay>>& forks) {
  std::vector<const Value*> fitting;
  for (const Value& value : choice.values)
    if (is_of(value, type_)) fitting.push_back(&value);
  if (fitting.empty()) return false;
  if (type_ <= Type::yes) return true;
  if (type_ == Type::number) {
    sure.push_back({.kind = CaseStep::Kind::fact,
                    .fact = {.kind = NumberFact::Kind::choice, .choice = &choice}});
  } else if (type_ == Type::string) {
    sure.push_back({.kind = CaseStep::Kind::choice, .choice = &choice});
  } else {
    std::vector<CaseWay> ways;
    for (const Value* value : fitting)
      ways.push_back({{.kind = CaseStep::Kind::value, .id = context_.id_of(*value)}});
    forks.push_back(std::move(ways));
  }
  return true;
}

std::vector<NumberFact> CaseExpansion::facts_of(const Node& at) const {
  using Kind = NumberFact::Kind;
  std::vector<NumberFact> facts;
  if (!(at.types & kNumber))
    facts.push_back({.kind = at.integer_by_literal ? Kind::plain : Kind::integer});
  if (!at.number) return facts;
  const NumberLimits& limits = *at.number;
  if (limits.minimum) facts.push_back({.kind = Kind::minimum, .value = *limits.minimum});
  if (limits.exclusive_minimum)
    facts.push_back({.kind = Kind::exclusive_minimum, .value = *limits.exclusive_minimum});
  // At most is not over; under is not at least.
  if (limits.maximum)
    facts.push_back({.kind = Kind::exclusive_minimum, .holds = false, .value = *limits.maximum});
  if (limits.exclusive_maximum)
    facts.push_back({.kind = Kind::minimum, .holds = false, .value = *limits.exclusive_maximum});
  if (limits.multiple_of) facts.push_back({.kind = Kind::multiple, .value = *limits.multiple_of});
  return facts;
}

namespace {

// Beside what members depend on, which is taken apart as ways are.
bool asks_of_members(const ObjectLimits& limits) {
  return !limits.properties.empty() || !limits.patterns.empty() || limits.additional ||
         limits.names || limits.min_properties || limits.max_properties ||
         !limits.required.empty() || limits.unevaluated;
}

}  // namespace

bool CaseExpansion::has_own(const Node& at) const {
  switch (type_) {
    case Type::number: return at.number || !(at.types & kNumber);
    case Type::string: return at.string || (at.format && at.format->asserted && at.format->format);
    case Type::array: return at.array != nullptr;
    case Type::object: return at.object && asks_of_members(*at.object);
    default: return false;
  }
}

ValueId ClaimContext::id_of(const Value& value) {
  const auto [at, fresh] =
      value_ids.try_emplace(*canonical_text(value), static_cast<ValueId>(values.size()));
  if (fresh) values.push_back(value);
  return at->second;
}

// Only the resources that have dynamic anchors tell scopes apart.
ScopeId ClaimContext::entered(ScopeId scope, NodeId node) {
  const ResourceId resource = schema.nodes[node].resource;
  if (schema.resources[resource].dynamic_anchors.empty()) return scope;
  std::vector<ResourceId> inside = scopes[scope];
  if (std::ranges::find(inside, resource) != inside.end()) return scope;
  inside.push_back(resource);
  return scopes.id(std::move(inside));
}

Result<std::vector<Case>> cases_of(ClaimContext& context, const Claims& claims, Type type) {
  return CaseExpansion(context, type).run(claims);
}

std::string keyword_pointer(const Schema& schema, NodeId node, std::string_view keyword) {
  const std::string pointer = schema.pointer(node);
  return keyword.empty() ? pointer : pointer + base::pointer_step(keyword);
}

}  // namespace ashlar::grammar
