// Texts that are in some sets and not in others: the product of their automata, made state by
// state. Every state but kDead has a text that leads to an end, found by a search with a budget.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "grammar/claim.h"
#include "grammar/text_language.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostTextSteps = 500'000;  // bytes tried for one rule's proofs

class TextRule : public Language {
 public:
  // All of the sets, or not all of them.
  struct Group {
    std::vector<std::shared_ptr<Language>> sets;
    bool holds = true;
  };
  // UTF-8 besides what the groups and the lengths ask for. Errors: too_large.
  static Result<std::shared_ptr<TextRule>> make(std::vector<Group> groups,
                                                std::shared_ptr<LengthLanguage> lengths = nullptr);

  static std::shared_ptr<TextRule> nothing() { return std::make_shared<TextRule>(); }

  StateId start() const override { return start_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  bool accepts(StateId state) const override { return states_[state].accepts; }
  // Nothing but the length of a text decides.
  bool is_free() const { return groups_.size() == (lengths_ ? 2 : 1); }
  // What does, behind the state; null where any length will do.
  const LengthLanguage* lengths() const { return lengths_.get(); }
  StateId lengths_at(StateId state) const { return tuples_[state][1]; }
  Result<bool> has(std::string_view text);
  // next(), where it is known already.
  static constexpr StateId kUnknown = ~StateId{0};
  StateId known_next(StateId state, std::uint8_t byte) const {
    const auto& known = states_[state].known;
    return known.empty() ? kUnknown : known[byte];
  }

 private:
  using Tuple = std::vector<StateId>;  // by set
  struct State {
    bool accepts = false;
    enum class Life : std::uint8_t { unknown, live, dead } life = Life::unknown;
    std::vector<StateId> next = {};   // by byte, once one is asked for; perhaps without an end
    std::vector<StateId> known = {};  // by byte, once one is asked for
  };
  struct Range {
    std::size_t begin, end;
    bool holds;
  };

  StateId state_of(Tuple tuple);
  Result<StateId> step(StateId state, std::uint8_t byte);
  Result<bool> live(StateId state);
  bool accepts(const Tuple& tuple) const;

  std::vector<std::shared_ptr<Language>> sets_;  // UTF-8, the lengths if any, the groups'
  std::shared_ptr<LengthLanguage> lengths_;
  std::vector<Range> groups_;
  bool needs_search_ = false;
  Interner<Tuple> tuples_;
  std::vector<State> states_;
  std::size_t steps_ = 0;
  StateId start_ = kDead;
};

}  // namespace ashlar::grammar
