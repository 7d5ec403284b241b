// What a schema's values can be, found as it is asked for: for each set of claims the rules of each
// type that meet it, and whether any value does.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammar/schema_cases.h"
#include "grammar/schema_style.h"
#include "grammar/text_rule.h"

namespace ashlar::grammar {

class ObjectRules;
class ArrayRules;
using RuleId = std::uint32_t;

inline constexpr std::size_t kMostOnward = 512;  // ways on from one place by one name or item

// Proofs inside one another: a value that is possible because its members are.
inline constexpr int kMostProofs = 400;

class ValueSpace {
 public:
  ValueSpace(Schema schema, MemberOrder order);
  ~ValueSpace();
  ValueSpace(const ValueSpace&) = delete;
  ValueSpace& operator=(const ValueSpace&) = delete;

  const Schema& schema() const { return schema_; }
  MemberOrder order() const { return order_; }
  ClaimContext& context() { return context_; }
  ObjectRules& objects() { return *objects_; }
  ArrayRules& arrays() { return *arrays_; }

  ClaimsId id_of(Claims claims);  // in any order, repeated or not
  const Claims& claims(ClaimsId id) const { return claims_[id]; }
  ClaimsId root() { return id_of({Claim{}}); }

  // Whether a value of the type, or any value, meets the claims. Errors: unsupported, too_large.
  Result<bool> is_possible(ClaimsId id, Type type);
  Result<bool> is_possible(ClaimsId id);

  // Drops the ways whose claims no value meets, so that they stay few. `what` is what may go on by
  // them. Errors: too_large, over kMostOnward.
  template <class Way>
  Status keep_possible(std::vector<Way>& ways, std::string_view what) {
    std::vector<Way> kept;
    for (Way& way : ways) {
      ASHLAR_ASSIGN(const bool possible, is_possible(id_of(way.claims)));
      if (possible) kept.push_back(std::move(way));
    }
    ways = std::move(kept);
    return ways.size() <= kMostOnward ? Status{} : too_many(what);
  }

  // The rules that some value meets; each is one way to meet the claims.
  Result<const std::vector<std::shared_ptr<NumberRule>>*> numbers(ClaimsId id);
  Result<const std::vector<std::shared_ptr<TextRule>>*> texts(ClaimsId id);
  Result<const std::vector<RuleId>*> containers(ClaimsId id, Type type);  // array or object

  // The rule of any text.
  TextRule& any_text() { return *any_text_; }
  Result<std::shared_ptr<Language>> pattern(PatternId id);
  Result<std::shared_ptr<Language>> format(const Format& format);
  // Answers that rest on a value still being looked at must not be kept.
  bool is_provisional() const { return lowest_ < depth_; }

 private:
  struct Found {
    std::optional<bool> possible[std::size(kTypes)] = {};
    std::optional<bool> any = {};
    std::optional<std::vector<std::shared_ptr<NumberRule>>> numbers = {};
    std::optional<std::vector<std::shared_ptr<TextRule>>> texts = {};
    std::optional<std::vector<RuleId>> arrays = {}, objects = {};
    int asked_at = -1;  // the proof's depth that is under way
  };

  static Status too_many(std::string_view what);
  Found& found(ClaimsId id);
  Result<bool> look(ClaimsId id, Type type);
  Result<std::shared_ptr<TextRule>> text_rule(const Case& made);
  Status add_part(const Part& part, TextRule::Group& group, std::uint64_t& min,
                  std::optional<std::uint64_t>& max);

  const Schema schema_;
  const MemberOrder order_;
  Interner<std::vector<ResourceId>> scopes_;
  std::map<std::string, ValueId> value_ids_;
  std::vector<Value> values_;
  ClaimContext context_;
  Interner<Claims> claims_;
  std::vector<std::unique_ptr<Found>> found_;
  std::unordered_map<PatternId, std::shared_ptr<Language>> patterns_;
  std::unordered_map<const Format*, std::shared_ptr<Language>> formats_;
  std::shared_ptr<TextRule> any_text_;
  std::unique_ptr<ObjectRules> objects_;
  std::unique_ptr<ArrayRules> arrays_;
  int depth_ = 0;
  int lowest_;  // the depth of the outermost proof that an answer rested on
};

}  // namespace ashlar::grammar
