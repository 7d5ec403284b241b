// Member names told apart by what a schema asks of them: which patterns are found in a name, which
// sets of names it is in. Names that the tests don't tell apart are of one class.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "grammar/claim.h"
#include "grammar/language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostNameStates = 20'000;  // that a search for classes may meet

class NameClasses {
 public:
  // A test is passed by what is in one of its sets.
  using Test = std::vector<std::shared_ptr<Language>>;
  using Bits = std::vector<bool>;  // by test

  explicit NameClasses(std::vector<Test> tests);

  StateId start() const { return start_; }
  // kDead behind bytes that no UTF-8 has.
  Result<StateId> next(StateId state, std::uint8_t byte);
  bool is_whole(StateId state) const { return states_[state][0] == whole_; }
  Bits bits(StateId state) const;
  Result<Bits> bits_of(std::string_view name);
  // Of all names that go on from the state. Errors: too_large, over kMostNameStates.
  Result<const std::vector<Bits>*> reachable(StateId state);

 private:
  using Tuple = std::vector<StateId>;

  std::vector<Test> tests_;
  std::vector<std::shared_ptr<Language>> sets_;  // UTF-8 first
  Interner<Tuple> states_;
  std::vector<std::vector<StateId>> next_;
  std::map<StateId, std::vector<Bits>> reachable_;
  StateId start_ = kDead, whole_ = kDead;
};

}  // namespace ashlar::grammar
