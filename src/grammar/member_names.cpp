#include "grammar/member_names.h"

#include <algorithm>

namespace ashlar::grammar {

namespace {

// Stands for any beginning that nothing tells apart: no name begins so.
const std::string kAny = "\xFF";

}  // namespace

MemberNames::MemberNames(ObjectRules& rules, PlaceId place, bool named)
    : rules_(rules), place_(place), named_(named) {
  begun_.id({});  // kDead
  accepts_.push_back(false);
}

Result<std::shared_ptr<MemberNames>> MemberNames::make(ObjectRules& rules, PlaceId place,
                                                       bool named) {
  auto names = std::make_shared<MemberNames>(rules, place, named);
  const auto& classes = *rules.rules_[rules.places_[place].rule]->classes;
  ASHLAR_ASSIGN(names->start_, names->state_of({"", classes.start()}));
  return names;
}

Result<StateId> MemberNames::next(StateId state, std::uint8_t byte) {
  if (state == kDead) return kDead;
  const auto key = std::uint64_t{state} << 8 | byte;
  if (const auto known = next_.find(key); known != next_.end()) return known->second;
  auto& classes = *rules_.rules_[rules_.places_[place_].rule]->classes;
  auto [text, at] = begun_[state];
  ASHLAR_ASSIGN(at, classes.next(at, byte));
  if (at == kDead) return next_[key] = kDead;
  if (text != kAny) text += static_cast<char>(byte);
  ASHLAR_ASSIGN(const StateId to, state_of({std::move(text), at}));
  return next_[key] = to;
}

ByteSet MemberNames::next_bytes(StateId state) {
  const auto& [begun, at] = begun_[state];
  const auto another = can_become_another(at);
  if (!another || *another) return ByteSet().set();  // an error is next()'s to tell
  ByteSet bytes;
  const auto& index = rules_.rules_[rules_.places_[place_].rule]->index;
  for (auto known = index.lower_bound(begun);
       known != index.end() && known->first.starts_with(begun); ++known)
    if (known->first.size() > begun.size())
      bytes.set(static_cast<std::uint8_t>(known->first[begun.size()]));
  return bytes;
}

Result<StateId> MemberNames::state_like(const MemberNames& other, StateId state) {
  if (state == kDead) return kDead;
  return state_of(other.begun_[state]);
}

bool MemberNames::is_told_apart(const std::string& begun) const {
  const auto& place = rules_.places_[place_];
  const auto& index = rules_.rules_[place.rule]->index;
  const auto at = index.lower_bound(begun);
  if (at != index.end() && at->first.starts_with(begun)) return true;
  const auto other = std::ranges::lower_bound(place.others, begun);
  return other != place.others.end() && other->starts_with(begun);
}

Result<StateId> MemberNames::state_of(Begun begun) {
  if (!named_ && begun.first != kAny && !is_told_apart(begun.first)) begun.first = kAny;
  ASHLAR_ASSIGN(bool live, can_become_known(begun.first));
  if (!live) {
    ASHLAR_ASSIGN(live, can_become_another(begun.second));
  }
  if (!live) return kDead;
  const StateId id = begun_.id(std::move(begun));
  if (id < accepts_.size()) return id;
  ASHLAR_ASSIGN(const bool whole, is_name(begun_[id]));
  accepts_.push_back(whole);
  return id;
}

Result<bool> MemberNames::can_become_known(const std::string& begun) {
  const auto& index = rules_.rules_[rules_.places_[place_].rule]->index;
  for (auto at = index.lower_bound(begun); at != index.end() && at->first.starts_with(begun);
       ++at) {
    ASHLAR_ASSIGN(const bool comes, rules_.may_come_at(place_, at->second));
    if (comes) return true;
  }
  return false;
}

std::vector<std::string> MemberNames::others(StateId state) const {
  const std::string& begun = begun_[state].first;
  const auto& place = rules_.places_[place_];
  const auto& index = rules_.rules_[place.rule]->index;
  std::vector<std::string> ends;
  for (auto at = index.lower_bound(begun); at != index.end() && at->first.starts_with(begun); ++at)
    ends.push_back(at->first.substr(begun.size()));
  for (const std::string& other : place.others)
    if (other.starts_with(begun)) ends.push_back(other.substr(begun.size()));
  return ends;
}

Result<bool> MemberNames::can_become_another(StateId state) {
  auto& classes = *rules_.rules_[rules_.places_[place_].rule]->classes;
  ASHLAR_ASSIGN(const auto* reachable, classes.reachable(state));
  for (const auto& bits : *reachable) {
    ASHLAR_ASSIGN(const bool comes, rules_.class_may_come_at(place_, bits));
    if (comes) return true;
  }
  return false;
}

Result<std::vector<Onward>> MemberNames::onward(StateId state) {
  const auto& [name, at] = begun_[state];
  if (name != kAny) return rules_.onward(place_, name);
  return rules_.onward_unnamed(place_,
                               rules_.rules_[rules_.places_[place_].rule]->classes->bits(at));
}

Result<bool> MemberNames::is_name(const Begun& begun) {
  const auto& place = rules_.places_[place_];
  const auto& rule = *rules_.rules_[place.rule];
  if (!rule.classes->is_whole(begun.second)) return false;
  if (const auto at = rule.index.find(begun.first); at != rule.index.end())
    return rules_.may_come_at(place_, at->second);
  if (std::ranges::binary_search(place.others, begun.first)) return false;
  return rules_.class_may_come_at(place_, rule.classes->bits(begun.second));
}

}  // namespace ashlar::grammar
