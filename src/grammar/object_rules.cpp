#include "grammar/object_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "grammar/member_names.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostSteps = 200'000;  // members tried to prove that objects can end

template <class T>
std::size_t position(std::vector<T>& things, const T& thing) {
  const auto at = std::ranges::find(things, thing);
  if (at != things.end()) return static_cast<std::size_t>(at - things.begin());
  things.push_back(thing);
  return things.size() - 1;
}

}  // namespace

Result<std::optional<RuleId>> ObjectRules::make(const Case& made) {
  auto rule = std::make_unique<Rule>();
  for (const Part& part : made.parts) (part.holds ? rule->holds : rule->fails).push_back(part);
  for (const auto& [id, holds] : made.values) (holds ? rule->equal : rule->unequal).push_back(id);
  for (std::uint32_t i = 0; i < made.unevaluated.size(); ++i) {
    Cover cover{made.unevaluated[i].node, made.unevaluated[i].scope, {}};
    for (const Part& part : made.parts)
      if (std::ranges::find(part.seen_by, i) != part.seen_by.end()) cover.seen.push_back(part);
    rule->unevaluated.push_back(std::move(cover));
  }
  add_names(*rule, made);
  for (const Known& known : rule->known)
    if (known.required && known.forbidden) return std::nullopt;
  add_limits(*rule);
  ASHLAR_TRY(add_classes(*rule));
  rules_.push_back(std::move(rule));
  return static_cast<RuleId>(rules_.size() - 1);
}

void ObjectRules::add_names(Rule& rule, const Case& made) const {
  const auto known = [&](const std::string& name) -> Known& {
    const auto [at, fresh] =
        rule.index.try_emplace(name, static_cast<std::uint32_t>(rule.known.size()));
    if (fresh) rule.known.push_back({.name = name});
    return rule.known[at->second];
  };
  const auto& nodes = space_.schema().nodes;
  for (const auto* parts : {&rule.holds, &rule.fails})
    for (const Part& part : *parts)
      for (const Property& property : nodes[part.node].object->properties) known(property.name);
  for (const Part& part : rule.holds)
    for (const auto& name : nodes[part.node].object->required) known(name).required = true;
  for (const Part& part : rule.fails)
    for (const auto& name : nodes[part.node].object->required) known(name);
  for (const auto& name : made.required) known(name).required = true;
  for (const auto& name : made.forbidden) known(name).forbidden = true;
  const auto& values = space_.context().values;
  for (const ValueId id : rule.equal)
    for (const Member& member : values[id].object()->members) known(member.name).required = true;
  for (const ValueId id : rule.unequal)
    for (const Member& member : values[id].object()->members) known(member.name);
}

void ObjectRules::add_limits(Rule& rule) const {
  const auto lower_max = [&](std::uint64_t max) {
    rule.max = std::min(rule.max.value_or(max), max);
  };
  const auto& nodes = space_.schema().nodes;
  for (const Part& part : rule.holds) {
    const ObjectLimits& limits = *nodes[part.node].object;
    rule.min = std::max(rule.min, limits.min_properties.value_or(0));
    if (limits.max_properties) lower_max(*limits.max_properties);
  }
  const auto& values = space_.context().values;
  for (const ValueId id : rule.equal) lower_max(values[id].object()->members.size());
  rule.most_counted = std::max(rule.min, rule.max.value_or(0));
  for (const Part& part : rule.fails) {
    const ObjectLimits& limits = *nodes[part.node].object;
    rule.most_counted = std::max(
        {rule.most_counted, limits.min_properties.value_or(0), limits.max_properties.value_or(0)});
  }
  for (const ValueId id : rule.unequal)
    rule.most_counted = std::max(rule.most_counted, values[id].object()->members.size());
  const auto required = static_cast<std::uint64_t>(
      std::ranges::count_if(rule.known, [](const Known& known) { return known.required; }));
  rule.plain = rule.fails.empty() && rule.unequal.empty() && !rule.max && rule.min <= required;
}

void ObjectRules::add_tests(Rule& rule, const Node& node, ScopeId scope) {
  for (const PatternProperty& property : node.object->patterns)
    position(rule.patterns, property.pattern);
  if (node.object->names)
    position(rule.name_claims, space_.id_of({Claim{.id = *node.object->names, .scope = scope}}));
}

Status ObjectRules::add_classes(Rule& rule) {
  const auto& nodes = space_.schema().nodes;
  for (const auto* parts : {&rule.holds, &rule.fails})
    for (const Part& part : *parts) add_tests(rule, nodes[part.node], part.scope);
  std::vector<NameClasses::Test> tests;
  for (const PatternId id : rule.patterns) {
    ASHLAR_ASSIGN(auto set, space_.pattern(id));
    tests.push_back({std::move(set)});
  }
  for (const ClaimsId id : rule.name_claims) {
    ASHLAR_ASSIGN(const auto* texts, space_.texts(id));
    tests.emplace_back(texts->begin(), texts->end());
  }
  rule.classes = std::make_shared<NameClasses>(std::move(tests));
  for (Known& known : rule.known) {
    ASHLAR_ASSIGN(known.bits, rule.classes->bits_of(known.name));
  }
  return {};
}

PlaceId ObjectRules::begin(RuleId rule) {
  const Rule& made = *rules_[rule];
  Place place{.rule = rule};
  if (!made.plain || space_.order() == MemberOrder::free) place.seen.assign(made.known.size(), '0');
  place.done.assign(made.fails.size() + made.unequal.size(), '0');
  return places_.id(std::move(place));
}

bool ObjectRules::can_end(PlaceId id) const {
  const Place& place = places_[id];
  const Rule& rule = *rules_[place.rule];
  const auto is_missing = [&](std::size_t i) {
    return place.seen.empty() ? i >= place.rank : place.seen[i] == '0';
  };
  for (std::size_t i = 0; i < rule.known.size(); ++i)
    if (rule.known[i].required && is_missing(i)) return false;
  if (rule.plain) return true;
  if (place.count < rule.min) return false;
  for (std::size_t i = 0; i < rule.fails.size(); ++i) {
    if (place.done[i] == '1') continue;
    const ObjectLimits& limits = *space_.schema().nodes[rule.fails[i].node].object;
    const bool lacks = std::ranges::any_of(
        limits.required, [&](const auto& name) { return is_missing(rule.index.at(name)); });
    if (!lacks && place.count >= limits.min_properties.value_or(0) &&
        (!limits.max_properties || place.count <= *limits.max_properties))
      return false;
  }
  for (std::size_t i = 0; i < rule.unequal.size(); ++i) {
    const auto& members = space_.context().values[rule.unequal[i]].object()->members;
    if (place.done[rule.fails.size() + i] == '0' && place.count >= members.size()) return false;
  }
  return true;
}

Result<std::vector<Onward>> ObjectRules::onward(PlaceId id, const std::string& name) {
  const Rule& rule = *rules_[places_[id].rule];
  const auto at = rule.index.find(name);
  if (at != rule.index.end())
    return ways(id, {.known = at->second, .bits = &rule.known[at->second].bits}, {});
  ASHLAR_ASSIGN(const auto bits, rule.classes->bits_of(name));
  return ways(id, {.bits = &bits, .text = &name}, {});
}

Result<std::vector<Onward>> ObjectRules::onward_unnamed(PlaceId place,
                                                        const NameClasses::Bits& bits) {
  return ways(place, {.bits = &bits}, {});
}

bool ObjectRules::may_come(const Rule& rule, const Place& place, const Name& name) const {
  if (rule.max && place.count >= *rule.max) return false;
  const bool ordered = space_.order() == MemberOrder::schema;
  const std::size_t at = name.known >= 0 ? static_cast<std::size_t>(name.known) : rule.known.size();
  if (name.known >= 0) {
    if (rule.known[at].forbidden) return false;
    if (!place.seen.empty() && place.seen[at] == '1') return false;
  } else if (name.text && std::ranges::binary_search(place.others, *name.text)) {
    return false;
  }
  if (!ordered) return true;
  if (at < place.rank) return false;
  for (std::size_t i = place.rank; i < at; ++i)
    if (rule.known[i].required) return false;
  return true;
}

ObjectRules::Place ObjectRules::after(const Rule& rule, const Place& place, const Name& name,
                                      std::string done) const {
  Place next = place;
  next.done = std::move(done);
  if (!rule.plain) next.count = std::min(place.count + 1, rule.most_counted + 1);
  const std::size_t at = name.known >= 0 ? static_cast<std::size_t>(name.known) : rule.known.size();
  if (space_.order() == MemberOrder::schema)
    next.rank = static_cast<std::uint32_t>(name.known >= 0 ? at + 1 : at);
  if (name.known >= 0 && !next.seen.empty()) next.seen[at] = '1';
  if (name.known < 0 && name.text)
    next.others.insert(std::ranges::upper_bound(next.others, *name.text), *name.text);
  return next;
}

Result<std::vector<Onward>> ObjectRules::ways(PlaceId id, const Name& name, Asking asking) {
  const Place place = places_[id];
  const Rule& rule = *rules_[place.rule];
  std::vector<Onward> onward;
  if (!may_come(rule, place, name)) return onward;
  if (++steps_ > kMostSteps)
    return fail(ErrorKind::too_large,
                fmt::format("no proof in {} steps that an object can end", kMostSteps),
                rule.holds.empty() ? std::string()
                                   : keyword_pointer(space_.schema(), rule.holds[0].node, {}),
                "combine fewer oneOf, not and limits of members");
  ASHLAR_ASSIGN(auto base, sure(rule, name));
  if (!base) return onward;
  std::vector<Way> found{{std::move(*base), place.done}};
  ASHLAR_TRY(fail_parts(rule, name, found));
  ASHLAR_TRY(fail_equal(rule, name, found));
  for (Way& way : found) {
    Place next = after(rule, place, name, std::move(way.done));
    if (asking.helping && !helps(rule, place, next)) continue;
    const ClaimsId claims = space_.id_of(std::move(way.claims));
    ASHLAR_ASSIGN(const bool possible, space_.is_possible(claims));
    if (!possible) continue;
    const PlaceId to = places_.id(std::move(next));
    if (!rule.plain) {
      ASHLAR_ASSIGN(const bool ends, completes(to));
      if (!ends) continue;
    }
    onward.push_back({claims, to});
    if (asking.first) return onward;
  }
  std::ranges::sort(onward);
  onward.erase(std::unique(onward.begin(), onward.end()), onward.end());
  return onward;
}

// A member brings a proof further where it settles something that must fail, or is counted.
bool ObjectRules::helps(const Rule& rule, const Place& from, const Place& to) const {
  if (to.done != from.done || from.count < rule.min) return true;
  for (std::size_t i = 0; i < rule.fails.size(); ++i) {
    const ObjectLimits& limits = *space_.schema().nodes[rule.fails[i].node].object;
    if (from.done[i] == '0' && limits.max_properties && from.count <= *limits.max_properties)
      return true;
  }
  return false;
}

Result<bool> ObjectRules::completes(PlaceId id) {
  if (const auto& known = asked(id).completes) return *known;
  ASHLAR_ASSIGN(const bool ends, completes_anew(id));
  if (ends || !space_.is_provisional()) asked(id).completes = ends;
  return ends;
}

// Members that are required come first, as the order changes nothing; where the schema's order is
// kept, what may stand in front of them is tried too.
Result<bool> ObjectRules::completes_anew(PlaceId id) {
  const Rule& rule = *rules_[places_[id].rule];
  const auto is_due = [&](std::uint32_t i) {
    const Place& place = places_[id];
    return rule.known[i].required && (place.seen.empty() ? i >= place.rank : place.seen[i] == '0');
  };
  if (rule.plain) {
    for (std::uint32_t i = 0; i < rule.known.size(); ++i) {
      if (!is_due(i)) continue;
      const Name name{.known = i, .bits = &rule.known[i].bits};
      ASHLAR_ASSIGN(auto claims, sure(rule, name));
      if (!claims) return false;
      ASHLAR_ASSIGN(const bool possible, space_.is_possible(space_.id_of(std::move(*claims))));
      if (!possible) return false;
    }
    return true;
  }
  if (can_end(id)) return true;
  const auto tried = [&](std::uint32_t i, bool due) -> Result<bool> {
    const Name name{.known = i, .bits = &rule.known[i].bits};
    ASHLAR_ASSIGN(const auto found, ways(id, name, {.first = true, .helping = !due}));
    return !found.empty();
  };
  const auto count = static_cast<std::uint32_t>(rule.known.size());
  const bool ordered = space_.order() == MemberOrder::schema;
  bool due = false;
  for (std::uint32_t i = 0; i < count && !ordered && !due; ++i)
    if (is_due(i)) {
      due = true;
      ASHLAR_ASSIGN(const bool found, tried(i, true));
      if (found) return true;
    }
  for (std::uint32_t i = ordered ? places_[id].rank : 0; i < count && !due; ++i) {
    due = is_due(i);
    ASHLAR_ASSIGN(const bool found, tried(i, due));
    if (found) return true;
  }
  if (due) return false;
  ASHLAR_ASSIGN(const auto* classes, rule.classes->reachable(rule.classes->start()));
  for (const auto& bits : *classes) {
    ASHLAR_ASSIGN(const auto found, ways(id, {.bits = &bits}, {.first = true, .helping = true}));
    if (!found.empty()) return true;
  }
  return false;
}

Result<bool> ObjectRules::is_possible(RuleId rule) {
  return completes(begin(rule));
}

ObjectRules::Asked& ObjectRules::asked(PlaceId place) {
  while (asked_.size() <= place) asked_.push_back(std::make_unique<Asked>());
  return *asked_[place];
}

Result<bool> ObjectRules::may_come_at(PlaceId place, std::uint32_t known) {
  auto& kept = asked(place).known;
  if (const auto at = kept.find(known); at != kept.end()) return at->second;
  const Rule& rule = *rules_[places_[place].rule];
  ASHLAR_ASSIGN(const auto found,
                ways(place, {.known = known, .bits = &rule.known[known].bits}, {.first = true}));
  if (!found.empty() || !space_.is_provisional()) kept[known] = !found.empty();
  return !found.empty();
}

Result<bool> ObjectRules::class_may_come_at(PlaceId place, const NameClasses::Bits& bits) {
  auto& kept = asked(place).classes;
  if (const auto at = kept.find(bits); at != kept.end()) return at->second;
  ASHLAR_ASSIGN(const auto found, ways(place, {.bits = &bits}, {.first = true}));
  if (!found.empty() || !space_.is_provisional()) kept[bits] = !found.empty();
  return !found.empty();
}

Result<MemberNames*> ObjectRules::names(PlaceId place, bool named) {
  auto& kept = named ? asked(place).names : asked(place).unnamed;
  if (!kept) {
    ASHLAR_ASSIGN(kept, MemberNames::make(*this, place, named));
  }
  return kept.get();
}

Result<bool> ObjectRules::takes_any_name(PlaceId place) {
  if (tells_names_apart(place)) return false;
  return class_may_come_at(place, {});
}

Result<bool> ObjectRules::takes_known_names(PlaceId place) {
  if (tells_names_apart(place)) return false;
  ASHLAR_ASSIGN(const bool others, class_may_come_at(place, {}));
  return !others;
}

bool ObjectRules::tells_names_apart(PlaceId place) const {
  const Rule& rule = *rules_[places_[place].rule];
  return !rule.patterns.empty() || !rule.name_claims.empty();
}

}  // namespace ashlar::grammar
