#include "grammar/array_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostSteps = 200'000;  // items tried to prove that arrays can end
constexpr int kMostProved = 400;             // items that such a proof may need

}  // namespace

const ArrayLimits& ArrayRules::limits(const Part& part) const {
  return *space_.schema().nodes[part.node].array;
}

Result<std::optional<RuleId>> ArrayRules::make(const Case& made) {
  auto rule = std::make_unique<Rule>();
  for (const Part& part : made.parts) (part.holds ? rule->holds : rule->fails).push_back(part);
  for (const auto& [id, holds] : made.values) (holds ? rule->equal : rule->unequal).push_back(id);
  for (std::uint32_t i = 0; i < made.unevaluated.size(); ++i) {
    Rule::Cover cover{made.unevaluated[i].node, made.unevaluated[i].scope, {}};
    for (std::size_t at = 0; at < rule->holds.size(); ++at)
      if (std::ranges::find(rule->holds[at].seen_by, i) != rule->holds[at].seen_by.end())
        cover.seen.push_back(at);
    rule->unevaluated.push_back(std::move(cover));
  }
  for (std::size_t i = 0; i < rule->holds.size(); ++i) add_contains(*rule, rule->holds[i], i);
  for (std::size_t i = 0; i < rule->fails.size(); ++i)
    add_contains(*rule, rule->fails[i], rule->holds.size() + i);
  add_limits(*rule);
  if (rule->max && rule->min > *rule->max) return std::nullopt;
  rules_.push_back(std::move(rule));
  return static_cast<RuleId>(rules_.size() - 1);
}

void ArrayRules::add_contains(Rule& rule, const Part& part, std::size_t index) {
  const ArrayLimits& said = limits(part);
  if (!said.contains) return;
  rule.contains.push_back({index, Claim{.id = *said.contains, .scope = part.scope},
                           said.min_contains, said.max_contains, said.contains_evaluates});
}

void ArrayRules::add_limits(Rule& rule) const {
  const auto count = [&](std::uint64_t items) {
    rule.most_counted = std::max(rule.most_counted, items);
  };
  const auto lower_max = [&](std::uint64_t max) {
    rule.max = std::min(rule.max.value_or(max), max);
  };
  for (const Part& part : rule.holds) {
    const ArrayLimits& said = limits(part);
    rule.min = std::max(rule.min, said.min_items.value_or(0));
    if (said.max_items) lower_max(*said.max_items);
    rule.unique |= said.unique;
    count(said.prefix.size());
  }
  for (const Part& part : rule.fails) {
    const ArrayLimits& said = limits(part);
    rule.keeps |= said.unique;
    count(std::max(said.min_items.value_or(0), said.max_items.value_or(0)));
    count(said.prefix.size());
  }
  const auto size_of = [&](ValueId id) { return space_.context().values[id].array()->size(); };
  for (const ValueId id : rule.equal) {
    rule.min = std::max<std::uint64_t>(rule.min, size_of(id));
    lower_max(size_of(id));
  }
  for (const ValueId id : rule.unequal) count(size_of(id));
  count(std::max(rule.min, rule.max.value_or(0)));
  rule.keeps |= rule.unique;
  rule.plain = rule.fails.empty() && rule.unequal.empty() && rule.contains.empty() && !rule.keeps;
}

PlaceId ArrayRules::begin(RuleId id) {
  const Rule& rule = *rules_[id];
  Place place{.rule = id};
  place.contained.assign(rule.contains.size(), 0);
  place.done.assign(rule.fails.size() + rule.unequal.size(), '0');
  return places_.id(std::move(place));
}

bool ArrayRules::can_end(PlaceId id) const {
  const Place& place = places_[id];
  const Rule& rule = *rules_[place.rule];
  if (place.count < rule.min) return false;
  std::vector<bool> short_of(rule.fails.size());
  for (std::size_t i = 0; i < rule.contains.size(); ++i) {
    const Contains& contains = rule.contains[i];
    const bool right = place.contained[i] >= contains.min &&
                       (!contains.max || place.contained[i] <= *contains.max);
    if (contains.part < rule.holds.size() && !right) return false;
    if (contains.part >= rule.holds.size()) short_of[contains.part - rule.holds.size()] = !right;
  }
  for (std::size_t i = 0; i < rule.fails.size(); ++i) {
    const ArrayLimits& said = limits(rule.fails[i]);
    if (place.done[i] == '0' && !short_of[i] && place.count >= said.min_items.value_or(0) &&
        (!said.max_items || place.count <= *said.max_items))
      return false;
  }
  for (std::size_t i = 0; i < rule.unequal.size(); ++i)
    if (place.done[rule.fails.size() + i] == '0' &&
        place.count == space_.context().values[rule.unequal[i]].array()->size())
      return false;
  return true;
}

bool ArrayRules::keeps_items(PlaceId place) const {
  return rules_[places_[place].rule]->keeps;
}

PlaceId ArrayRules::kept(PlaceId id, const Value& item) {
  Place place = places_[id];
  const ValueId value = space_.context().id_of(item);
  const auto at = std::ranges::lower_bound(place.items, value);
  if (at == place.items.end() || *at != value) place.items.insert(at, value);
  return places_.id(std::move(place));
}

Result<std::vector<Onward>> ArrayRules::ways(PlaceId id, bool first) {
  const Place place = places_[id];
  const Rule& rule = *rules_[place.rule];
  std::vector<Onward> onward;
  if (rule.max && place.count >= *rule.max) return onward;
  if (++steps_ > kMostSteps)
    return fail(ErrorKind::too_large,
                fmt::format("no proof in {} steps that an array can end", kMostSteps), "",
                "combine fewer oneOf, not and limits of items");
  Way base{{}, place.done, place.contained, std::vector<bool>(rule.contains.size())};
  if (!sure(rule, place, base.claims)) return onward;
  std::vector<Way> found{std::move(base)};
  contain(rule, place, found);
  cover(rule, place, found);
  ASHLAR_TRY(space_.keep_possible(found, "an item"));
  fail_parts(rule, place, found);
  fail_equal(rule, place, found);
  ASHLAR_TRY(space_.keep_possible(found, "an item"));
  for (Way& way : found) {
    Place next = place;
    next.count = std::min(place.count + 1, rule.most_counted + 1);
    next.done = std::move(way.done);
    next.contained = std::move(way.contained);
    if (first && !helps(rule, place, next)) continue;
    const PlaceId to = places_.id(std::move(next));
    if (!rule.plain || rule.min > 0) {
      ASHLAR_ASSIGN(const bool ends, completes(to));
      if (!ends) continue;
    }
    onward.push_back({space_.id_of(std::move(way.claims)), to});
    if (first) return onward;
  }
  std::ranges::sort(onward);
  onward.erase(std::unique(onward.begin(), onward.end()), onward.end());
  return onward;
}

// An item brings a proof further where it is counted by something.
bool ArrayRules::helps(const Rule& rule, const Place& from, const Place& to) const {
  return from.done != to.done || from.contained != to.contained ||
         from.count < rule.most_counted + 1;
}

Result<bool> ArrayRules::is_possible(RuleId rule) {
  return completes(begin(rule));
}

Result<bool> ArrayRules::completes(PlaceId id) {
  if (const auto& known = asked(id).completes) return *known;
  ASHLAR_ASSIGN(const bool ends, completes_anew(id));
  if (ends || !space_.is_provisional()) asked(id).completes = ends;
  return ends;
}

Result<bool> ArrayRules::completes_anew(PlaceId id) {
  if (can_end(id)) return true;
  const Rule& rule = *rules_[places_[id].rule];
  if (rule.plain) {  // what is behind the prefixes is alike
    std::uint64_t alike = 0;
    for (const Part& part : rule.holds) alike = std::max(alike, limits(part).prefix.size() + 0ul);
    Place place = places_[id];
    for (; place.count < rule.min; ++place.count) {
      Claims claims;
      if (!sure(rule, place, claims)) return false;
      std::vector<Way> found{{std::move(claims), place.done, {}, {}}};
      cover(rule, place, found);
      ASHLAR_TRY(space_.keep_possible(found, "an item"));
      if (found.empty()) return false;
      if (place.count >= alike && rule.equal.empty()) break;
    }
    return true;
  }
  if (depth_ >= kMostProved)
    return fail(ErrorKind::too_large,
                fmt::format("an array that needs over {} items to be proved possible", kMostProved),
                rule.holds.empty() ? "" : keyword_pointer(space_.schema(), rule.holds[0].node, {}),
                "ask for fewer");
  ++depth_;
  const auto found = ways(id, true);
  --depth_;
  if (!found) return tl::unexpected(found.error());
  return !found->empty();
}

Result<const std::vector<Onward>*> ArrayRules::onward(PlaceId place) {
  if (!asked(place).onward) {
    ASHLAR_ASSIGN(asked(place).onward, ways(place, false));
  }
  return &*asked(place).onward;
}

ArrayRules::Asked& ArrayRules::asked(PlaceId place) {
  while (asked_.size() <= place) asked_.push_back(std::make_unique<Asked>());
  return *asked_[place];
}

}  // namespace ashlar::grammar
