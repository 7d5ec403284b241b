#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/inspect_report.h"
#include "kernels/kernel_table.h"

namespace ashlar::cli {
namespace {

constexpr std::size_t kWholeArray = 64, kFirst = 8;

template <class T>
base::Json scalar_json(const T& value) {
  return value;
}

// JSON has no number for these: said in words rather than lost.
base::Json scalar_json(double value) {
  return std::isfinite(value) ? base::Json(value) : base::Json(fmt::format("{}", value));
}

template <class T>
base::Json array_json(const std::vector<T>& values, std::string_view type) {
  base::Json items = base::Json::array();
  const bool whole = values.size() <= kWholeArray;
  const std::size_t shown = whole ? values.size() : kFirst;
  for (std::size_t i = 0; i < shown; ++i) items.push_back(scalar_json(T(values[i])));
  if (whole) return items;
  return {{"type", type}, {"length", values.size()}, {"first", std::move(items)}};
}

base::Json value_json(const formats::GgufEntry& entry) {
  return std::visit(
      [&](const auto& value) -> base::Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, formats::GgufArray>)
          return std::visit([&](const auto& values) { return array_json(values, entry.type); },
                            value);
        else
          return scalar_json(value);
      },
      entry.value);
}

base::Json tensor_json(const formats::GgufTensor& tensor) {
  base::Json shape = base::Json::array();
  for (std::uint32_t i = 0; i < tensor.shape.rank; ++i) shape.push_back(tensor.shape.extent[i]);
  return {{"name", tensor.name},
          {"type", tensor.codec->name},
          {"shape", std::move(shape)},
          {"bytes", tensor.data.size()}};
}

base::Json memory_json(const llm::MemoryPrediction& memory) {
  return {{"context", memory.context},
          {"weights", memory.weights},
          {"kv", memory.kv},
          {"kv_cache_dtype", model::kv_dtype_name(memory.kv_dtype)},
          {"workspace", memory.workspace},
          {"overhead", memory.overhead},
          {"total", memory.total()}};
}

}  // namespace

InspectReport inspect(const formats::Gguf& file, std::uint32_t context,
                      std::optional<model::KvDtype> kv) {
  InspectReport report{
      &file, 0, {}, llm::predict_memory(file, model::Precision::fast, context, kv)};
  for (const tensor::Codec& codec : tensor::codecs()) {
    TypeUse use{&codec};
    use.kernel = kernels::kernel_of(*kernels::available().front(), codec.dtype);
    for (const formats::GgufTensor& tensor : file.tensors()) {
      if (tensor.codec != &codec) continue;
      ++use.tensors;
      use.bytes += tensor.data.size();
      report.parameters += tensor.shape.elements();
    }
    if (use.tensors != 0) report.types.push_back(use);
  }
  return report;
}

base::Json inspect_json(const InspectReport& report) {
  const formats::Gguf& file = *report.file;
  base::Json metadata = base::Json::object(), tensors = base::Json::array(),
             types = base::Json::array();
  // Keys are unique already; looking each up in the object would take quadratic time.
  auto& members = metadata.get_ref<base::Json::object_t&>();
  for (const formats::GgufEntry& entry : file.metadata())
    members.emplace_back(std::string(entry.key), value_json(entry));
  for (const formats::GgufTensor& tensor : file.tensors()) tensors.push_back(tensor_json(tensor));
  for (const TypeUse& use : report.types)
    types.push_back({{"type", use.codec->name},
                     {"tensors", use.tensors},
                     {"bytes", use.bytes},
                     {"kernel", use.kernel}});
  base::Json json = {{"file", file.where()},
                     {"version", file.version()},
                     {"metadata", std::move(metadata)},
                     {"parameters", report.parameters},
                     {"tensors", std::move(tensors)},
                     {"types", std::move(types)},
                     {"memory", nullptr}};
  if (report.memory)
    json["memory"] = memory_json(*report.memory);
  else
    json["memory_unknown"] = report.memory.error().line();
  return json;
}

}  // namespace ashlar::cli
