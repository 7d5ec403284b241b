#include "grammar/schema_cases.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_pointer.h"

namespace ashlar::grammar {
namespace {

// Something that must be so; a way is some of them, all to be so.
struct Step {
  enum class Kind : std::uint8_t { claim, part, fact, choice, value, require, forbid };
  Kind kind = Kind::claim;
  bool holds = true;
  std::uint32_t id = 0;  // NodeId, or ValueId where `of_value`
  bool of_value = false;
  ScopeId scope = 0;
  NumberFact fact = {};
  const Choice* choice = nullptr;
  std::string name = {};
  std::vector<std::uint32_t> seen_by = {};
};
using Way = std::vector<Step>;

struct Draft {
  Case made;
  std::vector<Step> todo;  // from `done` on
  std::size_t done = 0;
};

TypeMask mask_of(Type type) {
  switch (type) {
    case Type::null: return kNull;
    case Type::no:
    case Type::yes: return kBoolean;
    case Type::number: return kNumber | kInteger;
    case Type::string: return kString;
    case Type::array: return kArray;
    case Type::object: return kObject;
  }
  return 0;
}

bool is_of(const Value& value, Type type) {
  if (const bool* flag = value.boolean()) return type == (*flag ? Type::yes : Type::no);
  static constexpr Type types[] = {Type::null,   Type::no,    Type::number,
                                   Type::string, Type::array, Type::object};
  return types[value.data.index()] == type;
}

class Expansion {
 public:
  Expansion(ClaimContext& context, Type type) : context_(context), type_(type) {}

  Result<std::vector<Case>> run(const Claims& claims) {
    Draft first;
    for (const Claim& claim : claims)
      first.todo.push_back({.holds = claim.holds,
                            .id = claim.id,
                            .of_value = claim.of == Claim::Of::value,
                            .scope = claim.scope});
    open_.push_back(std::move(first));
    while (!open_.empty() && !error_) {
      Draft draft = std::move(open_.back());
      open_.pop_back();
      finish(std::move(draft));
    }
    if (error_) return tl::unexpected(*error_);
    std::ranges::reverse(cases_);  // ways were taken from the last
    return std::move(cases_);
  }

 private:
  const Node& node(NodeId id) const { return context_.schema.nodes[id]; }

  void stop(ErrorKind kind, std::string message, NodeId at, std::string_view keyword,
            std::string mend) {
    if (!error_)
      error_ = Error{kind, std::move(message), keyword_pointer(context_.schema, at, keyword),
                     std::move(mend)};
  }

  void finish(Draft draft) {
    while (draft.done < draft.todo.size()) {
      const Step step = draft.todo[draft.done++];
      if (!take(draft, step)) return;  // a contradiction, or ways in its stead
      if (error_) return;
    }
    if (cases_.size() + open_.size() > kMostCases)
      return stop(ErrorKind::too_large, fmt::format("over {} ways to meet a schema", kMostCases), 0,
                  {}, "combine fewer anyOf, oneOf and not");
    cases_.push_back(std::move(draft.made));
  }

  // Goes on with each of the ways instead of with the draft.
  bool fork(const Draft& draft, std::vector<Way> ways) {
    if (open_.size() + ways.size() > kMostCases) {
      stop(ErrorKind::too_large, fmt::format("over {} ways to meet a schema", kMostCases), 0, {},
           "combine fewer anyOf, oneOf and not");
      return false;
    }
    for (Way& way : ways) {
      Draft copy = draft;
      copy.todo.insert(copy.todo.begin() + static_cast<std::ptrdiff_t>(copy.done),
                       std::make_move_iterator(way.begin()), std::make_move_iterator(way.end()));
      open_.push_back(std::move(copy));
    }
    return false;
  }

  bool take(Draft& draft, const Step& step);
  bool take_value(Draft& draft, const Step& step);
  bool take_node(Draft& draft, const Step& step);
  bool take_failing(Draft& draft, const Step& step);

  // What of a node is to be so, in order; nothing where it can't be.
  bool keywords(const Step& step, Way& sure, std::vector<std::vector<Way>>& forks);
  bool add_choice(const Choice& choice, Way& sure, std::vector<std::vector<Way>>& forks);
  std::vector<NumberFact> facts_of(const Node& node) const;
  bool has_own(const Node& node) const;
  void in_place(const Step& step, Way& sure, std::vector<std::vector<Way>>& forks);
  void dependents(const Step& step, std::vector<std::vector<Way>>& forks);
  std::vector<Way> some_of(const Step& step, const std::vector<NodeId>& nodes);
  std::vector<Way> one_of(const Step& step, const std::vector<NodeId>& nodes);

  void fail_in_place(const Step& step, std::vector<Way>& ways);
  bool fail_choice(const Choice& choice, std::vector<Way>& ways);

  Step sub(const Step& from, NodeId id, bool holds) const {
    Step step{.holds = holds, .id = id, .scope = inside_};
    if (holds) step.seen_by = from.seen_by;
    return step;
  }

  enum class Truth : std::uint8_t { no, yes, open };
  // What the type alone tells.
  Truth decided(NodeId id);
  Truth decided_anew(const Node& node);
  Truth decided_choice(const Choice& choice) const;

  ClaimContext& context_;
  const Type type_;
  ScopeId inside_ = 0;  // the scope in the node that is taken
  std::vector<Draft> open_;
  std::vector<Case> cases_;
  std::map<NodeId, Truth> decided_;
  std::optional<Error> error_;
};

bool Expansion::take(Draft& draft, const Step& step) {
  Case& made = draft.made;
  switch (step.kind) {
    case Step::Kind::claim: return step.of_value ? take_value(draft, step) : take_node(draft, step);
    case Step::Kind::part: {
      Part part{step.id, step.scope, step.holds, step.seen_by};
      for (const Part& other : made.parts)
        if (other.node == part.node && other.scope == part.scope && other.holds != part.holds)
          return false;
      if (std::ranges::find(made.parts, part) == made.parts.end())
        made.parts.push_back(std::move(part));
      return true;
    }
    case Step::Kind::fact: made.facts.push_back(step.fact); return true;
    case Step::Kind::choice: made.choices.emplace_back(step.choice, step.holds); return true;
    case Step::Kind::value: {
      for (const auto& [id, holds] : made.values)
        if (id == step.id ? holds != step.holds : holds && step.holds) return false;
      made.values.emplace_back(step.id, step.holds);
      return true;
    }
    case Step::Kind::require:
      if (std::ranges::find(made.forbidden, step.name) != made.forbidden.end()) return false;
      made.required.push_back(step.name);
      return true;
    case Step::Kind::forbid:
      if (std::ranges::find(made.required, step.name) != made.required.end()) return false;
      made.forbidden.push_back(step.name);
      return true;
  }
  return false;
}

bool Expansion::take_value(Draft& draft, const Step& step) {
  if (!is_of(context_.values[step.id], type_)) return !step.holds;
  if (type_ <= Type::yes) return step.holds;  // there is one value of the type
  if (type_ == Type::number) {
    draft.made.facts.push_back({.kind = NumberFact::Kind::equal,
                                .holds = step.holds,
                                .value = Decimal::of(context_.values[step.id].number()->literal)});
    return true;
  }
  Step next = step;
  next.kind = Step::Kind::value;
  return take(draft, next);
}

bool Expansion::take_node(Draft& draft, const Step& step) {
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
  Step opened = step;
  const bool asks = (type_ == Type::array && at.array && at.array->unevaluated) ||
                    (type_ == Type::object && at.object && at.object->unevaluated);
  if (asks) {
    opened.seen_by.push_back(static_cast<std::uint32_t>(draft.made.unevaluated.size()));
    draft.made.unevaluated.push_back({step.id, inside_});
  }
  Way sure;
  std::vector<std::vector<Way>> forks;
  if (!keywords(opened, sure, forks)) return false;
  in_place(opened, sure, forks);
  if (type_ == Type::object) dependents(opened, forks);
  // The ways of one fork are followed by the others' as steps of their own would be: one at a time.
  draft.todo.insert(draft.todo.begin() + static_cast<std::ptrdiff_t>(draft.done), sure.begin(),
                    sure.end());
  if (forks.empty()) return true;
  std::vector<Draft> drafts{draft};
  for (const auto& ways : forks) {
    std::vector<Draft> more;
    for (const Draft& each : drafts)
      for (const Way& way : ways) {
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

bool Expansion::keywords(const Step& step, Way& sure, std::vector<std::vector<Way>>& forks) {
  const Node& at = node(step.id);
  if ((at.types & mask_of(type_)) == 0) return false;
  for (const auto* choice : {at.enumeration.get(), at.constant.get()})
    if (choice && !add_choice(*choice, sure, forks)) return false;
  if (type_ == Type::number) {
    for (const NumberFact& fact : facts_of(at))
      sure.push_back({.kind = Step::Kind::fact, .fact = fact});
  } else if (has_own(at)) {
    sure.push_back(
        {.kind = Step::Kind::part, .id = step.id, .scope = inside_, .seen_by = step.seen_by});
  }
  return true;
}

bool Expansion::add_choice(const Choice& choice, Way& sure, std::vector<std::vector<Way>>& forks) {
  std::vector<const Value*> fitting;
  for (const Value& value : choice.values)
    if (is_of(value, type_)) fitting.push_back(&value);
  if (fitting.empty()) return false;
  if (type_ <= Type::yes) return true;
  if (type_ == Type::number) {
    sure.push_back(
        {.kind = Step::Kind::fact, .fact = {.kind = NumberFact::Kind::choice, .choice = &choice}});
  } else if (type_ == Type::string) {
    sure.push_back({.kind = Step::Kind::choice, .choice = &choice});
  } else {
    std::vector<Way> ways;
    for (const Value* value : fitting)
      ways.push_back({{.kind = Step::Kind::value, .id = context_.id_of(*value)}});
    forks.push_back(std::move(ways));
  }
  return true;
}

std::vector<NumberFact> Expansion::facts_of(const Node& at) const {
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

bool Expansion::has_own(const Node& at) const {
  switch (type_) {
    case Type::number: return at.number || !(at.types & kNumber);
    case Type::string: return at.string || (at.format && at.format->asserted && at.format->format);
    case Type::array: return at.array != nullptr;
    case Type::object: return at.object != nullptr;
    default: return false;
  }
}

void Expansion::in_place(const Step& step, Way& sure, std::vector<std::vector<Way>>& forks) {
  const Node& at = node(step.id);
  if (at.reference) sure.push_back(sub(step, *at.reference, true));
  if (at.dynamic_reference)
    sure.push_back(sub(step, context_.target(*at.dynamic_reference, inside_), true));
  for (const NodeId each : at.all_of) sure.push_back(sub(step, each, true));
  if (at.negated) sure.push_back(sub(step, *at.negated, false));
  if (!at.any_of.empty()) forks.push_back(some_of(step, at.any_of));
  if (!at.one_of.empty()) forks.push_back(one_of(step, at.one_of));
  if (at.condition && (at.consequence || at.alternative || !step.seen_by.empty())) {
    Way yes{sub(step, *at.condition, true)}, no{sub(step, *at.condition, false)};
    if (at.consequence) yes.push_back(sub(step, *at.consequence, true));
    if (at.alternative) no.push_back(sub(step, *at.alternative, true));
    forks.push_back({std::move(yes), std::move(no)});
  }
}

// Ways may overlap. Under `unevaluated…` each subset is a way, for each sees other members.
std::vector<Way> Expansion::some_of(const Step& step, const std::vector<NodeId>& nodes) {
  std::vector<Way> ways;
  std::vector<NodeId> open;
  for (const NodeId each : nodes) {
    const Truth truth = decided(each);
    if (truth == Truth::yes && step.seen_by.empty()) return {Way{}};
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
    Way way;
    for (std::size_t i = 0; i < open.size(); ++i)
      if (chosen >> i & 1) way.push_back(sub(step, open[i], true));
    ways.push_back(std::move(way));
  }
  return ways;
}

std::vector<Way> Expansion::one_of(const Step& step, const std::vector<NodeId>& nodes) {
  std::vector<Way> ways;
  for (std::size_t chosen = 0; chosen < nodes.size(); ++chosen) {
    if (decided(nodes[chosen]) == Truth::no) continue;
    Way way{sub(step, nodes[chosen], true)};
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

void Expansion::dependents(const Step& step, std::vector<std::vector<Way>>& forks) {
  const Node& at = node(step.id);
  if (!at.object) return;
  const auto absent = [](const std::string& name) {
    return Way{{.kind = Step::Kind::forbid, .name = name}};
  };
  const auto present = [](const std::string& name) {
    return Step{.kind = Step::Kind::require, .name = name};
  };
  for (const DependentRequired& dependent : at.object->dependent_required) {
    Way there{present(dependent.name)};
    for (const std::string& name : dependent.required) there.push_back(present(name));
    forks.push_back({absent(dependent.name), std::move(there)});
  }
  for (const DependentSchema& dependent : at.object->dependent_schemas)
    forks.push_back(
        {absent(dependent.name), {present(dependent.name), sub(step, dependent.node, true)}});
}

bool Expansion::take_failing(Draft& draft, const Step& step) {
  const Node& at = node(step.id);
  inside_ = context_.entered(step.scope, step.id);
  std::vector<Way> ways;
  for (const auto* choice : {at.enumeration.get(), at.constant.get()})
    if (choice && fail_choice(*choice, ways)) return true;
  if (type_ == Type::number) {
    for (NumberFact fact : facts_of(at)) {
      fact.holds = !fact.holds;
      ways.push_back({{.kind = Step::Kind::fact, .fact = fact}});
    }
  } else if (has_own(at)) {
    ways.push_back({{.kind = Step::Kind::part, .holds = false, .id = step.id, .scope = inside_}});
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
bool Expansion::fail_choice(const Choice& choice, std::vector<Way>& ways) {
  const bool fits =
      std::ranges::any_of(choice.values, [&](const Value& value) { return is_of(value, type_); });
  if (!fits) return true;
  if (type_ <= Type::yes) return false;
  Way way;
  if (type_ == Type::number) {
    way.push_back({.kind = Step::Kind::fact,
                   .fact = {.kind = NumberFact::Kind::choice, .holds = false, .choice = &choice}});
  } else if (type_ == Type::string) {
    way.push_back({.kind = Step::Kind::choice, .holds = false, .choice = &choice});
  } else {
    for (const Value& value : choice.values)
      if (is_of(value, type_))
        way.push_back({.kind = Step::Kind::value, .holds = false, .id = context_.id_of(value)});
  }
  ways.push_back(std::move(way));
  return false;
}

void Expansion::fail_in_place(const Step& step, std::vector<Way>& ways) {
  const Node& at = node(step.id);
  const auto all = [&](const std::vector<NodeId>& nodes, bool holds) {
    Way way;
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
    return Step{.kind = Step::Kind::require, .name = name};
  };
  for (const DependentRequired& dependent : at.object->dependent_required)
    for (const std::string& name : dependent.required)
      ways.push_back({present(dependent.name), Step{.kind = Step::Kind::forbid, .name = name}});
  for (const DependentSchema& dependent : at.object->dependent_schemas)
    ways.push_back({present(dependent.name), sub(step, dependent.node, false)});
}

Expansion::Truth Expansion::decided(NodeId id) {
  const auto known = decided_.find(id);
  if (known != decided_.end()) return known->second;
  const Truth truth = decided_anew(node(id));
  decided_[id] = truth;
  return truth;
}

Expansion::Truth Expansion::decided_choice(const Choice& choice) const {
  const bool fits =
      std::ranges::any_of(choice.values, [&](const Value& value) { return is_of(value, type_); });
  if (!fits) return Truth::no;
  return type_ <= Type::yes ? Truth::yes : Truth::open;
}

Expansion::Truth Expansion::decided_anew(const Node& at) {
  if (at.literal) return *at.literal ? Truth::yes : Truth::no;
  if ((at.types & mask_of(type_)) == 0) return Truth::no;
  Truth all = Truth::yes;
  const auto with = [&](Truth truth) {
    if (truth == Truth::no || all == Truth::no)
      all = Truth::no;
    else if (truth == Truth::open)
      all = Truth::open;
  };
  const auto inverse = [](Truth truth) {
    return truth == Truth::open ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
  };
  if (at.enumeration) with(decided_choice(*at.enumeration));
  if (at.constant) with(decided_choice(*at.constant));
  if (has_own(at)) with(Truth::open);
  if (at.dynamic_reference) with(Truth::open);
  if (at.reference) with(decided(*at.reference));
  for (const NodeId each : at.all_of) with(decided(each));
  if (at.negated) with(inverse(decided(*at.negated)));
  const auto count = [&](const std::vector<NodeId>& nodes, Truth wanted) {
    return std::ranges::count_if(nodes, [&](NodeId each) { return decided(each) == wanted; });
  };
  if (const auto& nodes = at.any_of; !nodes.empty())
    with(count(nodes, Truth::yes) > 0    ? Truth::yes
         : count(nodes, Truth::open) > 0 ? Truth::open
                                         : Truth::no);
  if (const auto& nodes = at.one_of; !nodes.empty()) {
    const auto sure = count(nodes, Truth::yes), open = count(nodes, Truth::open);
    with(sure > 1 ? Truth::no : open > 0 ? Truth::open : sure == 1 ? Truth::yes : Truth::no);
  }
  if (at.condition) {
    const Truth condition = decided(*at.condition);
    const Truth yes = at.consequence ? decided(*at.consequence) : Truth::yes;
    const Truth no = at.alternative ? decided(*at.alternative) : Truth::yes;
    with(condition == Truth::open ? (yes == no ? yes : Truth::open)
                                  : (condition == Truth::yes ? yes : no));
  }
  return all;
}

}  // namespace

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

NodeId ClaimContext::target(const DynamicReference& reference, ScopeId scope) const {
  if (!reference.dynamic) return reference.initial;
  for (const ResourceId resource : scopes[scope]) {
    const auto& anchors = schema.resources[resource].dynamic_anchors;
    if (const auto at = anchors.find(reference.anchor); at != anchors.end()) return at->second;
  }
  return reference.initial;
}

Result<std::vector<Case>> cases_of(ClaimContext& context, const Claims& claims, Type type) {
  return Expansion(context, type).run(claims);
}

std::string keyword_pointer(const Schema& schema, NodeId node, std::string_view keyword) {
  const std::string pointer = schema.pointer(node);
  return keyword.empty() ? pointer : pointer + base::pointer_step(keyword);
}

}  // namespace ashlar::grammar
