// Objects that meet a case: member after member, which names may come, what their values must be,
// and whether the object may end. Every place that is entered has a way to an end.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/name_classes.h"
#include "grammar/value_space.h"

namespace ashlar::grammar {

class MemberNames;
using PlaceId = std::uint32_t;  // in an object or an array

// What the next member's value or the next item must be, and where that leads.
struct Onward {
  ClaimsId claims;
  PlaceId place;
  auto operator<=>(const Onward&) const = default;
};

class ObjectRules {
 public:
  explicit ObjectRules(ValueSpace& space) : space_(space) {}

  // Nothing where the case contradicts itself.
  Result<std::optional<RuleId>> make(const Case& made);
  Result<bool> is_possible(RuleId rule);
  PlaceId begin(RuleId rule);
  bool can_end(PlaceId place) const;
  // Behind a member of this name, which was written whole. Empty where it may not come.
  Result<std::vector<Onward>> onward(PlaceId place, const std::string& name);
  // Behind a member of any name of the class that the rules don't spell out.
  Result<std::vector<Onward>> onward_unnamed(PlaceId place, const NameClasses::Bits& bits);
  // The names that may come.
  Result<MemberNames*> names(PlaceId place, bool named = true);
  // Whether names that no schema spells out may come, whatever they are.
  Result<bool> takes_any_name(PlaceId place);

 private:
  friend class MemberNames;

  struct Known {
    std::string name;
    bool required = false, forbidden = false;
    NameClasses::Bits bits = {};
  };
  struct Cover {  // what Case::unevaluated asks of
    NodeId node;
    ScopeId scope;
    std::vector<Part> seen;
  };
  struct Rule {
    std::vector<Known> known = {};  // in the schema's order
    std::map<std::string, std::uint32_t> index = {};
    std::vector<Part> holds = {}, fails = {};
    std::vector<ValueId> equal = {}, unequal = {};
    std::vector<Cover> unevaluated = {};
    std::vector<PatternId> patterns = {};
    std::vector<ClaimsId> name_claims = {};
    std::shared_ptr<NameClasses> classes = {};
    std::uint64_t min = 0;
    std::optional<std::uint64_t> max = {};
    std::uint64_t most_counted = 0;
    bool plain = false;  // each member stands for itself: no counts, nothing that must fail
  };
  // `rank`: known names in front of it come no more, where the order is the schema's.
  struct Place {
    RuleId rule = 0;
    std::uint32_t rank = 0;
    std::uint64_t count = 0;
    std::string seen = {};  // '1' for each known name that came
    std::vector<std::string> others = {};
    std::string done = {};  // '1' for each of fails and unequal that fails already
    auto operator<=>(const Place&) const = default;
  };
  // A name as the rules see it: one they know, or one of a class.
  struct Name {
    std::int64_t known = -1;
    const NameClasses::Bits* bits = nullptr;
    const std::string* text = nullptr;  // nullptr: any of the class
  };
  // What a node says of a member.
  struct Said {
    bool name_fits = true;
    Claims claims = {};
  };
  struct Way {
    Claims claims;
    std::string done;
  };

  struct Asking {
    bool first = false;    // one way is enough
    bool helping = false;  // only ways that bring a proof further
  };

  void add_names(Rule& rule, const Case& made) const;
  void add_limits(Rule& rule) const;
  Status add_classes(Rule& rule);
  void add_tests(Rule& rule, const Node& node, ScopeId scope);

  const NodeId* property(const Rule& rule, const Node& node, const Name& name) const;
  static bool has_pattern(const Rule& rule, PatternId pattern, const Name& name);
  Said said(const Rule& rule, const Part& part, const Name& name) const;
  bool looks_at(const Rule& rule, const Part& part, const Name& name) const;
  const Value* member_of(const Rule& rule, ValueId id, const Name& name) const;
  Result<std::optional<Claims>> sure(const Rule& rule, const Name& name);
  Status fail_parts(const Rule& rule, const Name& name, std::vector<Way>& ways);
  Status fail_equal(const Rule& rule, const Name& name, std::vector<Way>& ways);

  bool may_come(const Rule& rule, const Place& place, const Name& name) const;
  Place after(const Rule& rule, const Place& place, const Name& name, std::string done) const;
  Result<std::vector<Onward>> ways(PlaceId place, const Name& name, Asking asking);
  bool helps(const Rule& rule, const Place& from, const Place& to) const;
  Result<bool> completes(PlaceId place);
  Result<bool> completes_anew(PlaceId place);
  Result<bool> may_come_at(PlaceId place, std::uint32_t known);
  Result<bool> class_may_come_at(PlaceId place, const NameClasses::Bits& bits);

  struct Asked {  // of a place, once it was
    std::map<std::uint32_t, bool> known = {};
    std::map<NameClasses::Bits, bool> classes = {};
    std::optional<bool> completes = {};
    std::shared_ptr<MemberNames> names = {}, unnamed = {};
  };
  Asked& asked(PlaceId place);

  ValueSpace& space_;
  std::vector<std::unique_ptr<Rule>> rules_;
  Interner<Place> places_;
  std::vector<std::unique_ptr<Asked>> asked_;
  std::size_t steps_ = 0;
};

}  // namespace ashlar::grammar
