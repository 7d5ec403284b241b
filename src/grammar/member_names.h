// The names that may come next in an object.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar/object_rules.h"

namespace ashlar::grammar {

class MemberNames : public Language {
 public:
  // `named`: a state knows the name's beginning. Without, it does only where the rules or an
  // earlier member tell that name from others of its class: the same names, by few states.
  static Result<std::shared_ptr<MemberNames>> make(ObjectRules& rules, PlaceId place, bool named);

  MemberNames(ObjectRules& rules, PlaceId place, bool named);
  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return accepts_[state]; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  ByteSet next_bytes(StateId state) override;
  // The state of another MemberNames of the same place.
  Result<StateId> state_like(const MemberNames& other, StateId state);
  // Behind the name. REQUIRES: accepts().
  Result<std::vector<Onward>> onward(StateId state);
  // How those names end, from the state, that the rules tell from any other.
  std::vector<std::string> others(StateId state) const;

 private:
  // A name's beginning, and where that is in the rule's classes.
  using Begun = std::pair<std::string, StateId>;

  Result<StateId> state_of(Begun begun);
  bool is_told_apart(const std::string& begun) const;
  Result<bool> can_become_known(const std::string& begun);
  Result<bool> can_become_another(StateId state);
  Result<bool> is_name(const Begun& begun);

  ObjectRules& rules_;
  const PlaceId place_;
  const bool named_;
  Interner<Begun> begun_;
  std::vector<bool> accepts_;
  std::unordered_map<std::uint64_t, StateId> next_;  // by state and byte
  StateId start_ = kDead;
};

}  // namespace ashlar::grammar
