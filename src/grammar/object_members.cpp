// What an object's rules say of one member.
#include <algorithm>

#include "grammar/object_rules.h"

namespace ashlar::grammar {

const NodeId* ObjectRules::property(const Rule& rule, const Node& node, const Name& name) const {
  if (name.known < 0) return nullptr;
  const auto& known = rule.known[static_cast<std::size_t>(name.known)];
  const auto at = node.object->by_name.find(known.name);
  return at == node.object->by_name.end() ? nullptr : &at->second;
}

bool ObjectRules::has_pattern(const Rule& rule, PatternId pattern, const Name& name) {
  return (*name.bits)[static_cast<std::size_t>(std::ranges::find(rule.patterns, pattern) -
                                               rule.patterns.begin())];
}

ObjectRules::Said ObjectRules::said(const Rule& rule, const Part& part, const Name& name) const {
  const Node& node = space_.schema().nodes[part.node];
  const ObjectLimits& limits = *node.object;
  Said said;
  const auto add = [&](NodeId id) { said.claims.push_back({.id = id, .scope = part.scope}); };
  if (limits.names) {
    const ClaimsId claims = space_.id_of({Claim{.id = *limits.names, .scope = part.scope}});
    const auto at = std::ranges::find(rule.name_claims, claims) - rule.name_claims.begin();
    said.name_fits = (*name.bits)[rule.patterns.size() + static_cast<std::size_t>(at)];
  }
  bool known = false;
  if (const NodeId* id = property(rule, node, name)) {
    add(*id);
    known = true;
  }
  for (const PatternProperty& property : limits.patterns)
    if (has_pattern(rule, property.pattern, name)) {
      add(property.node);
      known = true;
    }
  if (!known && limits.additional) add(*limits.additional);
  return said;
}

bool ObjectRules::looks_at(const Rule& rule, const Part& part, const Name& name) const {
  const Node& node = space_.schema().nodes[part.node];
  if (node.object->additional || property(rule, node, name)) return true;
  return std::ranges::any_of(node.object->patterns, [&](const PatternProperty& property) {
    return has_pattern(rule, property.pattern, name);
  });
}

// What the value must be whatever else is chosen; nothing where the member may not come.
Result<std::optional<Claims>> ObjectRules::sure(const Rule& rule, const Name& name) {
  Claims claims;
  for (const Part& part : rule.holds) {
    const Said it = said(rule, part, name);
    if (!it.name_fits) return std::nullopt;
    claims.insert(claims.end(), it.claims.begin(), it.claims.end());
  }
  for (const ValueId id : rule.equal) {
    const Value* value = member_of(rule, id, name);
    if (!value) return std::nullopt;
    claims.push_back({.of = Claim::Of::value, .id = space_.context().id_of(*value)});
  }
  for (const Cover& cover : rule.unevaluated) {
    const auto& nodes = space_.schema().nodes;
    const bool seen = std::ranges::any_of(cover.seen, [&](const Part& part) {
      // One that asks of unevaluated members itself looks at all of them.
      return (part.node != cover.node && nodes[part.node].object->unevaluated) ||
             looks_at(rule, part, name);
    });
    if (!seen)
      claims.push_back({.id = *nodes[cover.node].object->unevaluated, .scope = cover.scope});
  }
  return claims;
}

const Value* ObjectRules::member_of(const Rule& rule, ValueId id, const Name& name) const {
  if (name.known < 0) return nullptr;
  return space_.context().values[id].object()->find(
      rule.known[static_cast<std::size_t>(name.known)].name);
}

// A node that must fail does so once one of its claims on one member does; until then all hold.
Status ObjectRules::fail_parts(const Rule& rule, const Name& name, std::vector<Way>& ways) {
  for (std::size_t i = 0; i < rule.fails.size() && !ways.empty(); ++i) {
    const Said it = said(rule, rule.fails[i], name);
    std::vector<Way> more;
    for (Way& way : ways) {
      if (way.done[i] == '1') {
        more.push_back(std::move(way));
        continue;
      }
      if (!it.name_fits) {
        way.done[i] = '1';
        more.push_back(std::move(way));
        continue;
      }
      for (Claim claim : it.claims) {
        Way broken = way;
        claim.holds = false;
        broken.claims.push_back(claim);
        broken.done[i] = '1';
        more.push_back(std::move(broken));
      }
      way.claims.insert(way.claims.end(), it.claims.begin(), it.claims.end());
      more.push_back(std::move(way));
    }
    ways = std::move(more);
    ASHLAR_TRY(space_.keep_possible(ways, "a member"));
  }
  return {};
}

Status ObjectRules::fail_equal(const Rule& rule, const Name& name, std::vector<Way>& ways) {
  for (std::size_t i = 0; i < rule.unequal.size() && !ways.empty(); ++i) {
    const std::size_t bit = rule.fails.size() + i;
    const Value* value = member_of(rule, rule.unequal[i], name);
    const ValueId id = value ? space_.context().id_of(*value) : 0;
    std::vector<Way> more;
    for (Way& way : ways) {
      if (way.done[bit] == '0' && value) {
        Way same = way;
        same.claims.push_back({.of = Claim::Of::value, .id = id});
        more.push_back(std::move(same));
        way.claims.push_back({.of = Claim::Of::value, .holds = false, .id = id});
      }
      way.done[bit] = '1';
      more.push_back(std::move(way));
    }
    ways = std::move(more);
    ASHLAR_TRY(space_.keep_possible(ways, "a member"));
  }
  return {};
}

}  // namespace ashlar::grammar
