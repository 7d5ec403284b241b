#include "formats/document_builder.h"

#include <fmt/format.h>

#include <utility>

namespace ashlar::formats {
namespace {

using base::Json;

tl::unexpected<Error> too_large(std::string message) {
  return fail(ErrorKind::too_large, std::move(message), {}, "make the document smaller");
}

tl::unexpected<Error> too_deep() {
  return fail(ErrorKind::too_large,
              fmt::format("values nest deeper than {} levels", kMostDocumentDepth), {},
              "flatten the document");
}

int depth_of(const Json& value) {
  int deepest = 0;
  if (value.is_structured())
    for (const Json& each : value) deepest = std::max(deepest, depth_of(each));
  return deepest + (value.is_structured() ? 1 : 0);
}

}  // namespace

DocumentSize size_of(const Json& value) {
  DocumentSize size{1, value.is_string() ? value.get_ref<const std::string&>().size() : 0};
  if (!value.is_structured()) return size;
  for (const auto& [name, each] : value.items()) {
    const DocumentSize inner = size_of(each);
    size.values += inner.values;
    size.text += inner.text + (value.is_object() ? name.size() : 0);
  }
  return size;
}

bool DocumentBuilder::wants_name() const {
  return !open_.empty() && open_.back().value.is_object() && !open_.back().named;
}

Status DocumentBuilder::charge(DocumentSize copies) {
  used_.values += copies.values;
  used_.text += copies.text;
  if (used_.values > kMostDocumentValues)
    return too_large(fmt::format("more than {} values", kMostDocumentValues));
  if (used_.text > kMostDocumentText)
    return too_large(fmt::format("more than {} bytes of text", kMostDocumentText));
  return {};
}

Status DocumentBuilder::name(std::string name) {
  ASHLAR_TRY(charge({0, name.size()}));
  Container& object = open_.back();
  if (!object.names.insert(name).second)
    return fail(ErrorKind::bad_input, fmt::format("the name '{}' comes twice", name), {},
                "leave one of the two out");
  object.name = std::move(name);
  object.named = true;
  return {};
}

const Json& DocumentBuilder::place(Json value) {
  if (open_.empty()) return root_ = std::move(value);
  Container& container = open_.back();
  container.named = false;
  if (container.value.is_array()) {
    container.value.push_back(std::move(value));
    return container.value.back();
  }
  // Past operator[], which looks through all names before.
  auto& members = container.value.get_ref<Json::object_t&>();
  return members.emplace_back(std::move(container.name), std::move(value)), members.back().second;
}

Status DocumentBuilder::value(Json value) {
  ASHLAR_TRY(charge(size_of(value)));
  if (static_cast<int>(open_.size()) + depth_of(value) > kMostDocumentDepth) return too_deep();
  place(std::move(value));
  return {};
}

Status DocumentBuilder::open(Json empty) {
  ASHLAR_TRY(charge({1, 0}));
  if (static_cast<int>(open_.size()) >= kMostDocumentDepth) return too_deep();
  open_.push_back({.value = std::move(empty)});
  return {};
}

Status DocumentBuilder::begin_object() {
  return open(Json::object());
}

Status DocumentBuilder::begin_array() {
  return open(Json::array());
}

const Json& DocumentBuilder::end() {
  Json whole = std::move(open_.back().value);
  open_.pop_back();
  return place(std::move(whole));
}

Json json_of_integer(std::int64_t number) {
  if (number < 0) return number;
  return static_cast<std::uint64_t>(number);
}

}  // namespace ashlar::formats
