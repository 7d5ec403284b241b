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
  AdapterBinder bind(file.where(), dtype);
  for (const formats::SafetensorsTensor& tensor : file.tensors())
    bind.offer(tensor.name, {tensor.codec, tensor.shape, tensor.data});
  AdapterWeights weights;
  weights.layers.resize(config.layers);
  const auto shapes = target_shapes(config);
  for (std::uint32_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t t = 0; t < kTargets; ++t) {
      const std::string module = fmt::format("model.layers.{}.{}", layer, shapes[t].peft);
      if (!peft.targets(module, layer)) continue;
      const std::string name = fmt::format("base_model.model.{}.", module);
      ASHLAR_TRY(bind.bind(weights.layers[layer][t], name + "lora_A.weight", name + "lora_B.weight",
                           shapes[t], peft.rank_of(module), peft.scale_of(module),
                           shapes[t].rotated_heads));
    }
  ASHLAR_TRY(bind.check_all_bound());
  ASHLAR_ASSIGN(weights.packed, bind.pack());
  return weights;
}

}  // namespace ashlar::model
