// A set of claims taken apart: the ways in which a value of one type meets them, each with nothing
// left to choose (a disjunctive normal form, made for one type at a time so that most of it falls
// away). What asks of members and items is left to the automata of objects and arrays.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/claim.h"
#include "grammar/number_rule.h"

namespace ashlar::grammar {

inline constexpr std::size_t kMostCases = 2'048;  // of one set and type
inline constexpr std::size_t kMostSubsets = 6;    // anyOf under unevaluated…: its subschemas

// A node's own keywords of the type hold, or one of them fails.
struct Part {
  NodeId node = 0;
  ScopeId scope = 0;
  bool holds = true;
  std::vector<std::uint32_t> seen_by = {};  // of Case::unevaluated

  bool operator==(const Part&) const = default;
};

struct Case {
  std::vector<NumberFact> facts;                        // numbers
  std::vector<std::pair<const Choice*, bool>> choices;  // strings: one of them, or none
  std::vector<std::pair<ValueId, bool>> values;         // arrays, objects: equal, or not
  std::vector<Part> parts;                              // strings, arrays, objects
  std::vector<std::string> required, forbidden;         // objects: members
  // A node whose `unevaluated…` asks of what none of the parts that name it here looks at.
  struct Unevaluated {
    NodeId node;
    ScopeId scope;
  };
  std::vector<Unevaluated> unevaluated;
};

// What claims are about besides the schema.
struct ClaimContext {
  const Schema& schema;
  Interner<std::vector<ResourceId>>& scopes;
  std::map<std::string, ValueId>& value_ids;  // by canonical text
  std::vector<Value>& values;

  ValueId id_of(const Value& value);
  // The scope inside of a node.
  ScopeId entered(ScopeId scope, NodeId node);
  NodeId target(const DynamicReference& reference, ScopeId scope) const {
    return schema.target(reference, scopes[scope]);
  }
};

// None: no value of the type meets them. Errors: unsupported, too_large; `where` is the JSON
// pointer of a keyword.
Result<std::vector<Case>> cases_of(ClaimContext& context, const Claims& claims, Type type);

// The JSON pointer of a node's keyword.
std::string keyword_pointer(const Schema& schema, NodeId node, std::string_view keyword);

}  // namespace ashlar::grammar
