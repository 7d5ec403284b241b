// Arrays that meet a case: item after item, what it must be, and whether the array may end. Items
// that must differ are kept, so that each later one is asked to differ from them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grammar/object_rules.h"

namespace ashlar::grammar {

class ArrayRules {
 public:
  explicit ArrayRules(ValueSpace& space) : space_(space) {}

  Result<std::optional<RuleId>> make(const Case& made);
  Result<bool> is_possible(RuleId rule);
  PlaceId begin(RuleId rule);
  bool can_end(PlaceId place) const;
  // What the next item may be.
  Result<const std::vector<Onward>*> onward(PlaceId place);
  // Whether later items are held against this one's value, and the place where they are.
  bool keeps_items(PlaceId place) const;
  PlaceId kept(PlaceId place, const Value& item);

 private:
  struct Contains {
    std::size_t part;  // of holds, or behind those, of fails
    Claim claim;
    std::uint64_t min;
    std::optional<std::uint64_t> max;
    bool evaluates;
  };
  struct Rule {
    std::vector<Part> holds = {}, fails = {};
    std::vector<ValueId> equal = {}, unequal = {};
    struct Cover {
      NodeId node;
      ScopeId scope;
      std::vector<std::size_t> seen;  // of holds
    };
    std::vector<Cover> unevaluated = {};
    std::vector<Contains> contains = {};
    std::uint64_t min = 0;
    std::optional<std::uint64_t> max = {};
    std::uint64_t most_counted = 0;
    bool unique = false, keeps = false;
    bool plain = false;  // each item stands for itself
  };
  struct Place {
    RuleId rule = 0;
    std::uint64_t count = 0;
    std::vector<ValueId> items = {};  // ascending; where they are kept
    std::vector<std::uint64_t> contained = {};
    std::string done = {};  // '1' for each of fails and unequal that fails already
    auto operator<=>(const Place&) const = default;
  };
  struct Way {
    Claims claims;
    std::string done;
    std::vector<std::uint64_t> contained;
    std::vector<bool> matched;  // by contains: it is one of them
  };

  const ArrayLimits& limits(const Part& part) const;
  std::optional<Claim> item_claim(const Part& part, std::uint64_t index) const;
  void add_contains(Rule& rule, const Part& part, std::size_t index);
  void add_limits(Rule& rule) const;
  Status check_unique(const Rule& rule);
  void contain(const Rule& rule, const Place& place, std::vector<Way>& ways) const;
  void cover(const Rule& rule, const Place& place, std::vector<Way>& ways) const;
  std::optional<Claims> claims_before(const Rule& rule, const Place& place);
  void fail_parts(const Rule& rule, const Place& place, std::vector<Way>& ways);
  void fail_equal(const Rule& rule, const Place& place, std::vector<Way>& ways);
  bool sure(const Rule& rule, const Place& place, Claims& claims);
  Result<std::vector<Onward>> ways(PlaceId place, bool first);
  Result<bool> completes(PlaceId place);
  Result<bool> completes_anew(PlaceId place);
  bool helps(const Rule& rule, const Place& from, const Place& to) const;

  struct Asked {
    std::optional<bool> completes = {};
    std::optional<std::vector<Onward>> onward = {};
  };
  Asked& asked(PlaceId place);

  ValueSpace& space_;
  std::vector<std::unique_ptr<Rule>> rules_;
  Interner<Place> places_;
  std::vector<std::unique_ptr<Asked>> asked_;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace ashlar::grammar
