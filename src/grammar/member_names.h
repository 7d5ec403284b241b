// The names that may come next in an object.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grammar/object_rules.h"

namespace ashlar::grammar {

class MemberNames : public Language {
 public:
  static Result<std::shared_ptr<MemberNames>> make(ObjectRules& rules, PlaceId place);

  MemberNames(ObjectRules& rules, PlaceId place);
  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return accepts_[state]; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  const std::string& text(StateId state) const { return begun_[state].first; }
  // How those names end, from the state, that the rules tell from any other.
  std::vector<std::string> others(StateId state) const;

 private:
  // A name's beginning, and where that is in the rule's classes.
  using Begun = std::pair<std::string, StateId>;

  Result<StateId> state_of(Begun begun);
  Result<bool> can_become_known(const std::string& begun);
  Result<bool> can_become_another(StateId state);
  Result<bool> is_name(const Begun& begun);

  ObjectRules& rules_;
  const PlaceId place_;
  Interner<Begun> begun_;
  std::vector<bool> accepts_;
  StateId start_ = kDead;
};

}  // namespace ashlar::grammar
