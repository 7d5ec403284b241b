// JSON Schemas from anywhere: loaded or refused with a message; what loads has no index that leads
// out of it, and a pointer for every node.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grammar/schema_loader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar::grammar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Draft draft : {Draft::d4, Draft::d7, Draft::d2019_09, Draft::d2020_12}) {
    const auto schema = load_schema(text, {.draft = draft, .assert_formats = true});
    if (!schema) {
      if (schema.error().message.empty()) std::abort();
      continue;
    }
    const std::size_t count = schema->nodes.size();
    for (NodeId id = 0; id < count; ++id) {
      const Node& node = schema->nodes[id];
      if (node.resource >= schema->resources.size()) std::abort();
      if (node.reference && *node.reference >= count) std::abort();
      if (node.array && node.array->rest && *node.array->rest >= count) std::abort();
      if (id < 64 && !schema->pointer(id).empty() && id == 0) std::abort();
    }
  }
  return 0;
}
