// Adapters as PEFT saves them: adapter_config.json says which linears, adapter_model.safetensors
// holds base_model.model.MODULE.lora_A.weight [rank][in] and .lora_B.weight [out][rank].
#include <fmt/format.h>

#include "base/file.h"
#include "formats/safetensors.h"
#include "model/adapter_weights.h"
#include "model/peft_config.h"

namespace ashlar::model {

Result<AdapterWeights> AdapterWeights::from_peft(const std::filesystem::path& folder,
                                                 const Config& config, tensor::Dtype dtype) {
  const auto json = folder / "adapter_config.json";
  ASHLAR_ASSIGN(const std::string text, base::read_file(json, PeftConfig::kMaxBytes));
  ASHLAR_ASSIGN(const PeftConfig peft, PeftConfig::parse(text, json.string()));
  ASHLAR_ASSIGN(const formats::Safetensors file,
                formats::Safetensors::open(folder / "adapter_model.safetensors"));
  AdapterBinder binder(file.where(), dtype);
  for (const formats::SafetensorsTensor& tensor : file.tensors())
    binder.offer(tensor.name, {tensor.codec, tensor.shape, tensor.data});
  return binder.bind_all(
      config,
      [&](std::uint32_t layer, const TargetShape& shape) -> Result<std::optional<AdapterPair>> {
        const std::string module = fmt::format("model.layers.{}.{}", layer, shape.peft);
        if (!peft.targets(module, layer)) return std::nullopt;
        const std::string name = fmt::format("base_model.model.{}.lora_", module);
        return AdapterPair{name + "A.weight", name + "B.weight", peft.rank_of(module),
                           peft.scale_of(module), shape.rotated_heads};
      });
}

}  // namespace ashlar::model
