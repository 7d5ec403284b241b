#include "grammar/text_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ashlar::grammar {
namespace {

// Letters and digits first: most texts are found by them.
constexpr std::array<std::uint8_t, 256> bytes_in_order() {
  std::array<std::uint8_t, 256> order{};
  std::size_t at = 0;
  constexpr std::string_view first = "a0A-_.:/ ";
  for (const char c : first) order[at++] = static_cast<std::uint8_t>(c);
  for (int byte = 0; byte < 256; ++byte)
    if (first.find(static_cast<char>(byte)) == std::string_view::npos)
      order[at++] = static_cast<std::uint8_t>(byte);
  return order;
}
constexpr auto kBytes = bytes_in_order();

}  // namespace

Result<std::shared_ptr<TextRule>> TextRule::make(std::vector<Group> groups,
                                                 std::shared_ptr<LengthLanguage> lengths) {
  auto rule = std::make_shared<TextRule>();
  if (lengths) groups.insert(groups.begin(), Group{.sets = {lengths}});
  rule->lengths_ = std::move(lengths);
  groups.insert(groups.begin(), Group{.sets = {utf8_language()}});
  for (Group& group : groups) {
    const std::size_t begin = rule->sets_.size();
    for (auto& set : group.sets) rule->sets_.push_back(std::move(set));
    rule->groups_.push_back({begin, rule->sets_.size(), group.holds});
    rule->needs_search_ |= !group.holds;
  }
  rule->needs_search_ |= rule->sets_.size() > 2;
  rule->tuples_.id({});  // kDead
  rule->states_.emplace_back();
  Tuple tuple;
  for (const auto& set : rule->sets_) tuple.push_back(set->start());
  rule->start_ = rule->state_of(std::move(tuple));
  ASHLAR_ASSIGN(const bool live, rule->live(rule->start_));
  if (!live) rule->start_ = kDead;
  return rule;
}

// Where a set that must hold is left, nothing is left. Where one of those that must not all hold is
// left, the others are asked no more.
StateId TextRule::state_of(Tuple tuple) {
  for (const Range& group : groups_) {
    const auto begin = tuple.begin() + static_cast<std::ptrdiff_t>(group.begin);
    const auto end = tuple.begin() + static_cast<std::ptrdiff_t>(group.end);
    if (std::find(begin, end, kDead) == end) continue;
    if (group.holds) return kDead;
    std::fill(begin, end, kDead);
  }
  const StateId id = tuples_.id(std::move(tuple));
  if (id == states_.size()) states_.push_back({.accepts = accepts(tuples_[id])});
  return id;
}

bool TextRule::accepts(const Tuple& tuple) const {
  return std::ranges::all_of(groups_, [&](const Range& group) {
    bool all = true;
    for (std::size_t i = group.begin; i < group.end && all; ++i)
      all = tuple[i] != kDead && sets_[i]->accepts(tuple[i]);
    return all == group.holds;
  });
}

Result<StateId> TextRule::step(StateId state, std::uint8_t byte) {
  if (!states_[state].next.empty() && states_[state].next[byte] != kUnknown)
    return states_[state].next[byte];
  Tuple tuple = tuples_[state];
  for (std::size_t i = 0; i < tuple.size(); ++i)
    if (tuple[i] != kDead) {
      ASHLAR_ASSIGN(tuple[i], sets_[i]->next(tuple[i], byte));
      if (i == 0 && tuple[0] == kDead) break;
    }
  const StateId to = tuple[0] == kDead ? StateId{kDead} : state_of(std::move(tuple));
  auto& next = states_[state].next;
  if (next.empty()) next.assign(256, kUnknown);
  return next[byte] = to;
}

Result<StateId> TextRule::next(StateId state, std::uint8_t byte) {
  if (state == kDead) return kDead;
  if (const StateId to = known_next(state, byte); to != kUnknown) return to;
  ASHLAR_ASSIGN(const StateId to, step(state, byte));
  ASHLAR_ASSIGN(const bool living, live(to));
  auto& known = states_[state].known;
  if (known.empty()) known.assign(256, kUnknown);
  return known[byte] = living ? to : StateId{kDead};
}

// Depth first. What a search ends with is known of all that it met: the path to an end lives, and
// where there is none, all of it is dead.
Result<bool> TextRule::live(StateId state) {
  using Life = State::Life;
  if (state == kDead) return false;
  if (!needs_search_) return true;
  if (states_[state].life != Life::unknown) return states_[state].life == Life::live;
  struct Place {
    StateId state;
    std::size_t byte = 0;
  };
  std::vector<Place> path{{state}};
  std::vector<StateId> met{state};
  std::vector<bool> seen(states_.size());
  seen[state] = true;
  while (!path.empty()) {
    const StateId at = path.back().state;
    if (states_[at].accepts || states_[at].life == Life::live) {
      for (const Place& place : path) states_[place.state].life = Life::live;
      return true;
    }
    if (path.back().byte == kBytes.size()) {
      path.pop_back();
      continue;
    }
    if (++steps_ > kMostTextSteps)
      return fail(ErrorKind::too_large,
                  fmt::format("no text was found in {} steps that the rules of a string allow",
                              kMostTextSteps),
                  "pattern", "make them simpler");
    ASHLAR_ASSIGN(const StateId to, step(at, kBytes[path.back().byte++]));
    if (to >= seen.size()) seen.resize(states_.size());
    if (to == kDead || states_[to].life == Life::dead || seen[to]) continue;
    seen[to] = true;
    met.push_back(to);
    path.push_back({to});
  }
  for (const StateId each : met) states_[each].life = Life::dead;
  return false;
}

Result<bool> TextRule::has(std::string_view text) {
  StateId state = start_;
  for (const char byte : text) {
    if (state == kDead) return false;
    ASHLAR_ASSIGN(state, step(state, static_cast<std::uint8_t>(byte)));
  }
  return state != kDead && states_[state].accepts;
}

}  // namespace ashlar::grammar
