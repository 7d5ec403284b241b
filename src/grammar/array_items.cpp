// What an array's rules say of its next item.
#include <algorithm>

#include "grammar/array_rules.h"

namespace ashlar::grammar {

std::optional<Claim> ArrayRules::item_claim(const Part& part, std::uint64_t index) const {
  const ArrayLimits& said = limits(part);
  if (index < said.prefix.size())
    return Claim{.id = said.prefix[static_cast<std::size_t>(index)], .scope = part.scope};
  if (said.rest) return Claim{.id = *said.rest, .scope = part.scope};
  return std::nullopt;
}

bool ArrayRules::sure(const Rule& rule, const Place& place, Claims& claims) {
  for (const Part& part : rule.holds)
    if (const auto claim = item_claim(part, place.count)) claims.push_back(*claim);
  for (const ValueId id : rule.equal) {
    const Value value = space_.context().values[id];
    if (place.count >= value.array()->size()) return false;
    claims.push_back(
        {.of = Claim::Of::value, .id = space_.context().id_of((*value.array())[place.count])});
  }
  if (rule.unique)
    for (const ValueId item : place.items)
      claims.push_back({.of = Claim::Of::value, .holds = false, .id = item});
  return true;
}

// Each item is counted by `contains` or is none of those; where only enough of them are asked for,
// one that isn't counted may be anything.
void ArrayRules::contain(const Rule& rule, const Place& place, std::vector<Way>& ways) const {
  for (std::size_t i = 0; i < rule.contains.size(); ++i) {
    const Contains& contains = rule.contains[i];
    const bool must_fail = contains.part >= rule.holds.size();
    if (must_fail && place.done[contains.part - rule.holds.size()] == '1') continue;
    const bool exact = must_fail || contains.max;
    const bool enough = place.contained[i] >= contains.min && rule.unevaluated.empty();
    if (!exact && enough) continue;
    const std::uint64_t most = std::max(contains.min, contains.max ? *contains.max + 1 : 0);
    std::vector<Way> more;
    for (Way& way : ways) {
      Way counted = way;
      counted.claims.push_back(contains.claim);
      counted.contained[i] = std::min(way.contained[i] + 1, most);
      counted.matched[i] = true;
      if (must_fail || !contains.max || counted.contained[i] <= *contains.max)
        more.push_back(std::move(counted));
      if (exact) {
        Claim other = contains.claim;
        other.holds = false;
        way.claims.push_back(other);
      }
      more.push_back(std::move(way));
    }
    ways = std::move(more);
  }
}

void ArrayRules::cover(const Rule& rule, const Place& place, std::vector<Way>& ways) const {
  for (const Rule::Cover& cover : rule.unevaluated) {
    const auto& nodes = space_.schema().nodes;
    const auto looks = [&](std::size_t at) {
      const Part& part = rule.holds[at];
      return (part.node != cover.node && limits(part).unevaluated) ||
             item_claim(part, place.count).has_value();
    };
    if (std::ranges::any_of(cover.seen, looks)) continue;
    for (Way& way : ways) {
      bool seen = false;
      for (std::size_t i = 0; i < rule.contains.size(); ++i)
        seen |= way.matched[i] && rule.contains[i].evaluates &&
                std::ranges::find(cover.seen, rule.contains[i].part) != cover.seen.end();
      if (!seen)
        way.claims.push_back({.id = *nodes[cover.node].array->unevaluated, .scope = cover.scope});
    }
  }
}

// Claims that an item and the one before it meet alike; none where that one's value is known. A
// proof doesn't know its items' values: they may be what is asked of both.
std::optional<Claims> ArrayRules::claims_before(const Rule& rule, const Place& place) {
  if (place.count == 0 || place.items.size() >= place.count) return std::nullopt;
  Place before = place;
  --before.count;
  Claims claims;
  if (!sure(rule, before, claims)) return std::nullopt;
  return claims;
}

void ArrayRules::fail_parts(const Rule& rule, const Place& place, std::vector<Way>& ways) {
  for (std::size_t i = 0; i < rule.fails.size(); ++i) {
    const auto claim = item_claim(rule.fails[i], place.count);
    std::vector<Way> more;
    for (Way& way : ways) {
      if (way.done[i] == '1') {
        more.push_back(std::move(way));
        continue;
      }
      Way broken = way;
      broken.done[i] = '1';
      if (claim) {
        broken.claims.push_back({.holds = false, .id = claim->id, .scope = claim->scope});
        more.push_back(broken);
        broken.claims.back() = *claim;
      }
      if (limits(rule.fails[i]).unique)
        for (const ValueId item : place.items) {
          more.push_back(broken);
          more.back().claims.push_back({.of = Claim::Of::value, .id = item});
        }
      if (const auto before = claims_before(rule, place); before && limits(rule.fails[i]).unique) {
        more.push_back(broken);
        more.back().claims.insert(more.back().claims.end(), before->begin(), before->end());
      }
      if (claim) way.claims.push_back(*claim);
      more.push_back(std::move(way));
    }
    ways = std::move(more);
  }
}

void ArrayRules::fail_equal(const Rule& rule, const Place& place, std::vector<Way>& ways) {
  for (std::size_t i = 0; i < rule.unequal.size(); ++i) {
    const std::size_t bit = rule.fails.size() + i;
    const Value value = space_.context().values[rule.unequal[i]];
    const bool inside = place.count < value.array()->size();
    const ValueId id = inside ? space_.context().id_of((*value.array())[place.count]) : 0;
    std::vector<Way> more;
    for (Way& way : ways) {
      if (way.done[bit] == '0' && inside) {
        Way same = way;
        same.claims.push_back({.of = Claim::Of::value, .id = id});
        more.push_back(std::move(same));
        way.claims.push_back({.of = Claim::Of::value, .holds = false, .id = id});
      }
      way.done[bit] = '1';
      more.push_back(std::move(way));
    }
    ways = std::move(more);
  }
}

}  // namespace ashlar::grammar
