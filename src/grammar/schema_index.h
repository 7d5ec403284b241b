// Which subschemas there are and by which URIs they are called: makes the nodes of a Schema, still
// empty, and resolves references to them, taking in other documents when one leads there. Knows
// where keywords hold subschemas, and no other meaning of them (JSON Schema Core, sections 8 and
// 9).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "grammar/schema.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {

// Gives an error its place unless it has one.
inline Error placed(Error error, std::string where) {
  if (error.where.empty()) error.where = std::move(where);
  return error;
}

class SchemaIndex {
 public:
  // Both outlive the index.
  SchemaIndex(Schema& schema, const LoadOptions& options) : schema_(schema), options_(options) {}

  // The root's document; its root becomes node 0.
  Status add_root(Value document);

  // The node that `reference`, written in the node `from`, means. Where an error names no place, it
  // is the reference's own, which the caller knows: pointers can be long, so none is made in vain.
  Result<NodeId> resolve(NodeId from, std::string_view reference);

  const Value& value_of(NodeId node) const { return *values_[node]; }
  // REQUIRES: a subschema where a keyword of its parent holds one.
  NodeId id_of(const Value& subschema) const { return ids_.at(&subschema); }

 private:
  struct Place {
    const Value* value;
    std::optional<NodeId> parent;
    std::string step;
    ResourceId resource;
  };

  Status add(Place root);
  Result<NodeId> make_node(const Place& place);
  Status name_node(NodeId node, const Object& object);
  Status open_resource(NodeId node, const Object& object, std::string_view id);
  Status name_anchors(NodeId node, const Object& object);
  Status name_anchor(NodeId node, std::string_view name);
  Status push_children(NodeId node, const Object& object, std::vector<Place>& places) const;

  Result<Value> read_document(std::string_view text, const std::string& where);
  Result<NodeId> add_document(const std::string& uri, Value document, Dialect inherited);
  Result<NodeId> find_document(std::string_view uri, const Dialect& inherited);
  Result<std::string> fetch(std::string_view uri) const;
  Result<Dialect> dialect_of(std::string_view metaschema, int depth = 0);
  Result<NodeId> follow(NodeId root, std::string_view pointer, std::string_view reference);

  Schema& schema_;
  const LoadOptions& options_;
  std::deque<Value> documents_;     // as many as schema_.documents; addresses last
  std::size_t document_bytes_ = 0;  // of those that references led to
  std::vector<const Value*> values_;
  std::unordered_map<const Value*, NodeId> ids_;
  std::unordered_map<std::string, NodeId> named_;    // by URI
  std::unordered_map<std::string, NodeId> anchors_;  // by anchor_key()
};

}  // namespace ashlar::grammar
