// What `inspect` says of a GGUF file: gathered once, shown as JSON or to a person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "formats/gguf.h"
#include "llm/memory.h"

namespace ashlar::cli {

struct TypeUse {
  const tensor::Codec* codec;
  std::size_t tensors = 0, bytes = 0;
  std::string_view kernel = {};  // kernels::kernel_of(), the same in every table
};

struct InspectReport {
  const formats::Gguf* file;
  std::uint64_t parameters = 0;
  std::vector<TypeUse> types;            // those that occur
  Result<llm::MemoryPrediction> memory;  // the error says why there is no prediction
};

InspectReport inspect(const formats::Gguf& file, std::uint32_t context,
                      std::optional<model::KvDtype> kv = {});

// {"file","version","metadata":{…},"parameters","tensors":[{"name","type","shape","bytes"}],
// "types":[{"type","tensors","bytes","kernel"}],"memory":{"context","weights","kv","kv_cache_dtype",
// "workspace","overhead","total"}}. Shapes are innermost first, as GGUF has them. Arrays of more
// than 64 elements become
// {"type","length","first":[8 of them]}. Without a prediction memory is null and "memory_unknown"
// says why.
base::Json inspect_json(const InspectReport& report);

// Aligned tables: metadata, tensors, types, memory.
std::string inspect_text(const InspectReport& report);

}  // namespace ashlar::cli
