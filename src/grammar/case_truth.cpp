// What a type alone tells of a node.
#include <algorithm>

#include "grammar/case_expansion.h"

namespace ashlar::grammar {

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

CaseExpansion::Truth CaseExpansion::decided(NodeId id) {
  const auto known = decided_.find(id);
  if (known != decided_.end()) return known->second;
  const Truth truth = decided_anew(node(id));
  decided_[id] = truth;
  return truth;
}

CaseExpansion::Truth CaseExpansion::decided_choice(const Choice& choice) const {
  const bool fits =
      std::ranges::any_of(choice.values, [&](const Value& value) { return is_of(value, type_); });
  if (!fits) return Truth::no;
  return type_ <= Type::yes ? Truth::yes : Truth::open;
}

CaseExpansion::Truth CaseExpansion::decided_anew(const Node& at) {
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
  if (type_ == Type::object && at.object &&
      !(at.object->dependent_required.empty() && at.object->dependent_schemas.empty()))
    with(Truth::open);
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

}  // namespace ashlar::grammar
