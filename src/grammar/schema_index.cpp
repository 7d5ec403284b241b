#include "grammar/schema_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_pointer.h"
#include "grammar/json_reader.h"
#include "grammar/keyword_table.h"
#include "grammar/shown.h"
#include "grammar/uri.h"

namespace ashlar::grammar {
namespace {

std::string anchor_key(ResourceId resource, std::string_view anchor) {
  return fmt::format("{}#{}", resource, anchor);
}

bool has_plain_references(Draft draft) {
  return draft <= Draft::d7;  // what stands beside $ref means nothing
}

const std::string* string_member(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value ? value->string() : nullptr;
}

}  // namespace

Status SchemaIndex::add_root(Value document) {
  Dialect dialect;
  const Object* object = document.object();
  if (options_.draft) {
    dialect.draft = *options_.draft;
  } else if (const Value* metaschema = object ? object->find("$schema") : nullptr) {
    if (!metaschema->string())
      return fail(ErrorKind::bad_input, "$schema is no string", "/$schema", "send a URI");
    auto named = dialect_of(*metaschema->string());
    if (!named) return tl::unexpected(placed(std::move(named.error()), "/$schema"));
    dialect = *named;
  }
  documents_.push_back(std::move(document));
  schema_.documents.emplace_back();
  schema_.resources.push_back({"", 0, dialect, {}});
  named_[""] = 0;
  return add({&documents_.back(), std::nullopt, "", 0});
}

Status SchemaIndex::add(Place root) {
  std::vector<Place> places;
  places.push_back(std::move(root));
  while (!places.empty()) {
    const Place place = std::move(places.back());
    places.pop_back();
    ASHLAR_ASSIGN(const NodeId node, make_node(place));
    const Object* object = place.value->object();
    if (!object) continue;
    ASHLAR_TRY(name_node(node, *object));
    const std::size_t first = places.size();
    ASHLAR_TRY(push_children(node, *object, places));
    std::reverse(places.begin() + static_cast<std::ptrdiff_t>(first), places.end());
  }
  return {};
}

Result<NodeId> SchemaIndex::make_node(const Place& place) {
  if (schema_.nodes.size() >= kMostNodes)
    return fail(ErrorKind::too_large, fmt::format("over the limit of {} subschemas", kMostNodes),
                place.parent ? schema_.pointer(*place.parent) : "", "make it smaller");
  const auto id = static_cast<NodeId>(schema_.nodes.size());
  Node& node = schema_.nodes.emplace_back();
  node.parent = place.parent;
  node.step = place.step;
  node.resource = place.resource;
  values_.push_back(place.value);
  ids_[place.value] = id;
  if (!place.value->object() && !place.value->boolean())
    return fail(
        ErrorKind::bad_input,
        fmt::format("a schema is an object or a boolean, this is a {}", type_name(*place.value)),
        schema_.pointer(id), "send an object");
  return id;
}

// Identifiers: they may open a resource, whose URI is the base of what lies within.
Status SchemaIndex::name_node(NodeId node, const Object& object) {
  const Draft draft = schema_.resources[schema_.nodes[node].resource].dialect.draft;
  const std::string_view keyword = draft == Draft::d4 ? "id" : "$id";
  const std::string* id = string_member(object, keyword);
  if (has_plain_references(draft)) {
    if (!id || string_member(object, "$ref")) return {};
    if (id->starts_with('#')) return name_anchor(node, std::string_view(*id).substr(1));
    return open_resource(node, object, split_fragment(*id).document);
  }
  if (id) {
    const SplitUri split = split_fragment(*id);
    if (!split.fragment.empty())
      return fail(ErrorKind::bad_input, fmt::format("$id '{}' has a fragment", shown(*id)),
                  schema_.pointer(node) + "/$id", "name a place within with $anchor");
    ASHLAR_TRY(open_resource(node, object, split.document));
  }
  return name_anchors(node, object);
}

Status SchemaIndex::open_resource(NodeId node, const Object& object, std::string_view id) {
  if (schema_.resources.size() >= kMostResources)
    return fail(ErrorKind::too_large,
                fmt::format("over the limit of {} identifiers", kMostResources),
                schema_.pointer(node), "name fewer");
  const Resource& outer = schema_.resources[schema_.nodes[node].resource];
  Resource resource{resolve_uri(outer.uri, id), outer.document, outer.dialect, {}};
  if (resource.uri.size() > kMostUriBytes)
    return fail(ErrorKind::too_large,
                fmt::format("an identifier over the limit of {} bytes", kMostUriBytes),
                schema_.pointer(node), "shorten it");
  const bool root = !schema_.nodes[node].parent && schema_.nodes[node].step.empty();
  if (const std::string* metaschema = string_member(object, "$schema"); metaschema && !root) {
    auto named = dialect_of(*metaschema);
    if (!named)
      return tl::unexpected(placed(std::move(named.error()), schema_.pointer(node) + "/$schema"));
    resource.dialect = *named;
  }
  const auto [at, fresh] = named_.try_emplace(resource.uri, node);
  if (!fresh && at->second != node)
    return fail(ErrorKind::bad_input, fmt::format("two schemas are called '{}'", resource.uri),
                schema_.pointer(node), "give each an identifier of its own");
  schema_.nodes[node].resource = static_cast<ResourceId>(schema_.resources.size());
  schema_.resources.push_back(std::move(resource));
  return {};
}

Status SchemaIndex::name_anchors(NodeId node, const Object& object) {
  Resource& resource = schema_.resources[schema_.nodes[node].resource];
  if (const std::string* anchor = string_member(object, "$anchor"))
    ASHLAR_TRY(name_anchor(node, *anchor));
  if (resource.dialect.draft == Draft::d2019_09) {
    const Value* recursive = object.find("$recursiveAnchor");
    const auto root = named_.find(resource.uri);
    if (recursive && recursive->boolean() && *recursive->boolean() && root != named_.end() &&
        root->second == node)
      resource.dynamic_anchors[""] = node;
  } else if (const std::string* anchor = string_member(object, "$dynamicAnchor")) {
    resource.dynamic_anchors[*anchor] = node;
    ASHLAR_TRY(name_anchor(node, *anchor));
  }
  return {};
}

Status SchemaIndex::name_anchor(NodeId node, std::string_view name) {
  const auto [at, fresh] =
      anchors_.try_emplace(anchor_key(schema_.nodes[node].resource, name), node);
  if (fresh || at->second == node) return {};
  return fail(ErrorKind::bad_input, fmt::format("two subschemas have the anchor '{}'", shown(name)),
              schema_.pointer(node), "give each a name of its own");
}

Status SchemaIndex::push_children(NodeId node, const Object& object,
                                  std::vector<Place>& places) const {
  const ResourceId resource = schema_.nodes[node].resource;
  const Dialect& dialect = schema_.resources[resource].dialect;
  const auto push = [&](const Value& value, std::string step) {
    places.push_back({&value, node, std::move(step), resource});
  };
  for (const auto& [name, value] : object.members) {
    const Keyword* keyword = find_keyword(name, dialect);
    if (!keyword) continue;
    const bool list = keyword->children == Children::list ||
                      (keyword->children == Children::one_or_list && value.array());
    if (list && value.array()) {
      for (std::size_t i = 0; i < value.array()->size(); ++i)
        push((*value.array())[i], fmt::format("/{}/{}", name, i));
    } else if (keyword->children == Children::one ||
               (keyword->children == Children::one_or_list && !list)) {
      push(value, "/" + name);
    } else if ((keyword->children == Children::map ||
                keyword->children == Children::map_or_names) &&
               value.object()) {
      for (const auto& [key, child] : value.object()->members)
        if (keyword->children == Children::map || !child.array())
          push(child, "/" + name + base::pointer_step(key));
    }
  }
  return {};
}

Result<NodeId> SchemaIndex::resolve(NodeId from, std::string_view reference) {
  const Resource& resource = schema_.resources[schema_.nodes[from].resource];
  const std::string target = resolve_uri(resource.uri, reference);
  const auto [document, fragment] = split_fragment(target);
  ASHLAR_ASSIGN(const NodeId root, find_document(document, resource.dialect));
  const std::string decoded = percent_decoded(fragment);
  if (decoded.empty()) return root;
  if (decoded.front() == '/') return follow(root, decoded, target);
  const auto named = anchors_.find(anchor_key(schema_.nodes[root].resource, decoded));
  if (named != anchors_.end()) return named->second;
  return fail(ErrorKind::not_found,
              fmt::format("'{}' leads nowhere: no such anchor", shown(target)), {},
              "define it, or refer to what is defined");
}

// Along a JSON pointer through the document's values; a place that no keyword calls a subschema
// becomes one.
Result<NodeId> SchemaIndex::follow(NodeId root, std::string_view pointer,
                                   std::string_view reference) {
  const auto nowhere = [&] {
    return fail(ErrorKind::not_found, fmt::format("'{}' leads nowhere", shown(reference)), {},
                "define it, or refer to what is defined");
  };
  const auto tokens = base::pointer_tokens(pointer);
  if (!tokens) return nowhere();
  const Value* value = values_[root];
  NodeId known = root;
  for (const std::string& token : *tokens) {
    const auto index = value->array() ? base::pointer_index(token) : std::nullopt;
    if (index && *index < value->array()->size())
      value = &(*value->array())[*index];
    else
      value = value->object() ? value->object()->find(token) : nullptr;
    if (!value) return nowhere();
    if (const auto at = ids_.find(value); at != ids_.end()) known = at->second;
  }
  if (const auto at = ids_.find(value); at != ids_.end()) return at->second;
  const auto id = static_cast<NodeId>(schema_.nodes.size());
  ASHLAR_TRY(add({value, root, std::string(pointer), schema_.nodes[known].resource}));
  return id;
}

}  // namespace ashlar::grammar
