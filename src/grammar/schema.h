// The intermediate form of a JSON Schema: what the validator walks and what the decoder's automaton
// and the tool-call parser are compiled from. Plain data: nodes in one vector, children and targets
// of references as indices into it. Drafts are gone: draft 4's boolean exclusiveMinimum, `items`
// arrays, `dependencies`, `id`, `$recursiveRef` and the rest became what 2020-12 writes instead;
// where a keyword had another name in its draft, the name is kept for errors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar/decimal.h"
#include "grammar/draft.h"
#include "grammar/json_value.h"
#include "grammar/pattern.h"

namespace ashlar::grammar {

struct Format;

using NodeId = std::uint32_t;
using PatternId = std::uint32_t;
using ResourceId = std::uint32_t;

// A set of types. kNumber is any number; kInteger alone only those without a fraction.
enum TypeBit : std::uint8_t {
  kNull = 1,
  kBoolean = 2,
  kObject = 4,
  kArray = 8,
  kNumber = 16,
  kString = 32,
  kInteger = 64,
  kEveryType = 127,
};
using TypeMask = std::uint8_t;

// `enum`, or `const` as one value.
struct Choice {
  std::vector<Value> values;
  std::vector<std::string> canonical;  // canonical_text() of each, sorted
  std::size_t longest = 0;             // of those
};

struct NumberLimits {
  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
};

// Lengths are in code points.
struct StringLimits {
  std::optional<std::uint64_t> min_length, max_length;
  std::optional<PatternId> pattern;
};

struct ArrayLimits {
  std::vector<NodeId> prefix;  // one for each of the first items
  std::string_view prefix_keyword = "prefixItems";
  std::optional<NodeId> rest;  // of the items behind the prefix
  std::string_view rest_keyword = "items";
  std::optional<NodeId> contains;
  bool contains_evaluates = true;  // what unevaluatedItems sees; not in 2019-09
  std::uint64_t min_contains = 1;
  std::optional<std::uint64_t> max_contains;
  std::optional<std::uint64_t> min_items, max_items;
  bool unique = false;
  std::optional<NodeId> unevaluated;
};

struct Property {
  std::string name;
  NodeId node;
};
struct PatternProperty {
  PatternId pattern;
  NodeId node;
};
struct DependentRequired {
  std::string name;
  std::vector<std::string> required;
  std::string_view keyword;
};
struct DependentSchema {
  std::string name;
  NodeId node;
  std::string_view keyword;
};

struct ObjectLimits {
  std::vector<Property> properties;  // in the schema's order
  std::unordered_map<std::string, NodeId> by_name;
  std::vector<PatternProperty> patterns;
  std::optional<NodeId> additional;
  std::optional<NodeId> names;  // propertyNames
  std::optional<std::uint64_t> min_properties, max_properties;
  std::vector<std::string> required;
  std::vector<DependentRequired> dependent_required;
  std::vector<DependentSchema> dependent_schemas;
  std::optional<NodeId> unevaluated;
};

// A reference whose target depends on the resources entered so far: of those that have the dynamic
// anchor, the outermost one's; 2019-09's `$recursiveAnchor: true` is a dynamic anchor named "".
struct DynamicReference {
  NodeId initial;  // the target where none of them has it
  std::string anchor;
  bool dynamic;  // false: `initial` has no such dynamic anchor, so it is the target
  std::string_view keyword = "$dynamicRef";
};

struct FormatUse {
  std::string name;
  const Format* format;  // nullptr: outside of the draft's specification, an annotation
  bool asserted;
};

struct Node {
  std::optional<NodeId> parent;  // none: a document's root
  std::string step;              // the pointer from there
  ResourceId resource = 0;

  std::optional<bool> literal;  // a boolean schema; then nothing below is set
  TypeMask types = kEveryType;
  bool integer_by_literal = false;  // draft 4: 1.0 is no integer
  std::unique_ptr<Choice> enumeration, constant;
  std::unique_ptr<NumberLimits> number;
  std::unique_ptr<StringLimits> string;
  std::unique_ptr<ArrayLimits> array;
  std::unique_ptr<ObjectLimits> object;
  std::unique_ptr<FormatUse> format;

  std::optional<NodeId> reference;
  std::unique_ptr<DynamicReference> dynamic_reference;
  std::vector<NodeId> all_of, any_of, one_of;
  std::optional<NodeId> negated, condition, consequence, alternative;  // not, if, then, else
};

// What has a URI of its own: a document, or a subschema with `$id`.
struct Resource {
  std::string uri;
  std::uint32_t document = 0;
  Dialect dialect = {};
  std::unordered_map<std::string, NodeId> dynamic_anchors;
};

// What the schema says without asking anything of an instance.
struct Annotation {
  NodeId node;
  std::string keyword, value;
};

struct Schema {
  std::vector<Node> nodes;  // the root is 0
  std::vector<Resource> resources;
  std::vector<std::string> documents;  // their URIs; the root's is empty
  std::vector<Pattern> patterns;
  std::shared_ptr<PatternMemory> pattern_memory = std::make_shared<PatternMemory>();
  std::vector<Annotation> annotations;

  // The JSON pointer of a node in its document, behind "URI#" where that isn't the root's.
  std::string pointer(NodeId node) const;
  // Where the reference leads; `scope` are the resources that were entered, outermost first.
  NodeId target(const DynamicReference& reference, const std::vector<ResourceId>& scope) const;
};

}  // namespace ashlar::grammar
