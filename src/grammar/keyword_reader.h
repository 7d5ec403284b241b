// What the readers of keywords share: the node that is filled, and values taken as the types that a
// keyword wants, with the keyword's pointer in errors.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "grammar/schema.h"
#include "grammar/schema_index.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {

using PatternIds = std::unordered_map<std::string, PatternId>;

class KeywordReader {
 public:
  KeywordReader(Schema& schema, SchemaIndex& index, PatternIds& patterns, bool assert_formats)
      : schema_(schema), index_(index), patterns_(patterns), assert_formats_(assert_formats) {}

  void turn_to(NodeId node, const Object& object) {
    id_ = node;
    object_ = &object;
  }
  void turn_to(std::string_view keyword) { keyword_ = keyword; }

  Schema& schema() { return schema_; }
  NodeId id() const { return id_; }
  // Until the next reference is resolved.
  Node& node() { return schema_.nodes[id_]; }
  const Object& object() const { return *object_; }
  std::string_view keyword() const { return keyword_; }
  const Dialect& dialect() const { return schema_.resources[schema_.nodes[id_].resource].dialect; }
  bool asserts_formats() const { return assert_formats_ || dialect().asserts_formats; }

  NumberLimits& number() { return made(node().number); }
  StringLimits& string() { return made(node().string); }
  ArrayLimits& array() { return made(node().array); }
  ObjectLimits& properties() { return made(node().object); }

  // The keyword's JSON pointer.
  std::string where() const;
  tl::unexpected<Error> wrong(std::string message, ErrorKind kind = ErrorKind::bad_input) const;
  // That the value isn't what the keyword wants.
  tl::unexpected<Error> not_a(std::string_view wanted) const;

  Result<bool> boolean(const Value& value) const;
  Result<Decimal> decimal(const Value& value) const;
  Result<std::uint64_t> count(const Value& value) const;
  Result<std::string> text(const Value& value) const;
  Result<std::vector<std::string>> names(const Value& value) const;
  Result<const Object*> map(const Value& value) const;
  Result<std::vector<NodeId>> subschemas(const Value& value) const;
  NodeId subschema(const Value& value) const { return index_.id_of(value); }
  Result<PatternId> pattern(const std::string& text);
  Result<NodeId> target(std::string_view reference);

 private:
  template <class T>
  static T& made(std::unique_ptr<T>& part) {
    if (!part) part = std::make_unique<T>();
    return *part;
  }

  Schema& schema_;
  SchemaIndex& index_;
  PatternIds& patterns_;
  bool assert_formats_;
  NodeId id_ = 0;
  const Object* object_ = nullptr;
  std::string_view keyword_;
};

// The readers, in files by what they are about; keyword_table.cpp says which is whose.
Status read_type(KeywordReader& reader, const Value& value);
Status read_enum(KeywordReader& reader, const Value& value);
Status read_const(KeywordReader& reader, const Value& value);
Status read_format(KeywordReader& reader, const Value& value);
Status read_bound(KeywordReader& reader, const Value& value);
Status read_bound_of_draft_4(KeywordReader& reader, const Value& value);
Status read_exclusive_of_draft_4(KeywordReader& reader, const Value& value);
Status read_multiple_of(KeywordReader& reader, const Value& value);
Status read_length(KeywordReader& reader, const Value& value);
Status read_pattern(KeywordReader& reader, const Value& value);

Status read_prefix_items(KeywordReader& reader, const Value& value);
Status read_items(KeywordReader& reader, const Value& value);
Status read_additional_items(KeywordReader& reader, const Value& value);
Status read_contains(KeywordReader& reader, const Value& value);
Status read_item_count(KeywordReader& reader, const Value& value);
Status read_unique_items(KeywordReader& reader, const Value& value);
Status read_unevaluated_items(KeywordReader& reader, const Value& value);

Status read_properties(KeywordReader& reader, const Value& value);
Status read_pattern_properties(KeywordReader& reader, const Value& value);
Status read_one_of_object(KeywordReader& reader, const Value& value);
Status read_property_count(KeywordReader& reader, const Value& value);
Status read_required(KeywordReader& reader, const Value& value);
Status read_dependencies(KeywordReader& reader, const Value& value);
Status read_dependent_required(KeywordReader& reader, const Value& value);
Status read_dependent_schemas(KeywordReader& reader, const Value& value);

Status read_reference(KeywordReader& reader, const Value& value);
Status read_dynamic_reference(KeywordReader& reader, const Value& value);
Status read_recursive_reference(KeywordReader& reader, const Value& value);
Status read_alternatives(KeywordReader& reader, const Value& value);
Status read_conditional(KeywordReader& reader, const Value& value);
Status read_definitions(KeywordReader& reader, const Value& value);
Status read_name(KeywordReader& reader, const Value& value);

}  // namespace ashlar::grammar
