#include "grammar/name_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "grammar/text_language.h"

namespace ashlar::grammar {
namespace {

constexpr StateId kUnknown = std::numeric_limits<StateId>::max();

}  // namespace

NameClasses::NameClasses(std::vector<Test> tests) : tests_(std::move(tests)) {
  sets_.push_back(utf8_language());
  whole_ = sets_[0]->start();
  for (const Test& test : tests_) sets_.insert(sets_.end(), test.begin(), test.end());
  states_.id({});  // kDead
  Tuple tuple;
  for (const auto& set : sets_) tuple.push_back(set->start());
  start_ = states_.id(std::move(tuple));
}

Result<StateId> NameClasses::next(StateId state, std::uint8_t byte) {
  if (state == kDead) return kDead;
  if (next_.size() <= state) next_.resize(states_.size());
  if (!next_[state].empty() && next_[state][byte] != kUnknown) return next_[state][byte];
  Tuple tuple = states_[state];
  for (std::size_t i = 0; i < tuple.size(); ++i)
    if (tuple[i] != kDead) {
      ASHLAR_ASSIGN(tuple[i], sets_[i]->next(tuple[i], byte));
    }
  const StateId to = tuple[0] == kDead ? StateId{kDead} : states_.id(std::move(tuple));
  if (next_[state].empty()) next_[state].assign(256, kUnknown);
  return next_[state][byte] = to;
}

NameClasses::Bits NameClasses::bits(StateId state) const {
  const Tuple& tuple = states_[state];
  Bits bits;
  std::size_t at = 1;
  for (const Test& test : tests_) {
    bool passed = false;
    for (std::size_t i = 0; i < test.size(); ++i, ++at)
      passed |= tuple[at] != kDead && sets_[at]->accepts(tuple[at]);
    bits.push_back(passed);
  }
  return bits;
}

Result<NameClasses::Bits> NameClasses::bits_of(std::string_view name) {
  StateId state = start_;
  for (const char byte : name) {
    ASHLAR_ASSIGN(state, next(state, static_cast<std::uint8_t>(byte)));
    if (state == kDead)
      return fail(ErrorKind::bad_input, "a member name that is not UTF-8", "properties",
                  "write it in UTF-8");
  }
  return bits(state);
}

Result<const std::vector<NameClasses::Bits>*> NameClasses::reachable(StateId state) {
  if (const auto known = reachable_.find(state); known != reachable_.end()) return &known->second;
  std::set<Bits> found;
  std::set<StateId> met{state};
  std::vector<StateId> open{state};
  while (!open.empty() && found.size() < std::size_t{1}
                                             << std::min<std::size_t>(tests_.size(), 20)) {
    const StateId at = open.back();
    open.pop_back();
    if (is_whole(at)) found.insert(bits(at));
    for (int byte = 0; byte < 256; ++byte) {
      ASHLAR_ASSIGN(const StateId to, next(at, static_cast<std::uint8_t>(byte)));
      if (to != kDead && met.insert(to).second) open.push_back(to);
    }
    if (met.size() > kMostNameStates)
      return fail(ErrorKind::too_large,
                  fmt::format("telling member names apart takes over {} states", kMostNameStates),
                  "patternProperties", "use fewer or simpler patterns");
  }
  return &reachable_.emplace(state, std::vector<Bits>(found.begin(), found.end())).first->second;
}

}  // namespace ashlar::grammar
