// Adapters in GGUF, as llama.cpp's convert_lora_to_gguf.py writes them: blk.N.NAME.weight.lora_a
// [rank][in] and .lora_b [out][rank], the rows of q and k in GGUF's order already.
#include <fmt/format.h>

#include "formats/gguf.h"
#include "formats/in_quotes.h"
#include "model/adapter_weights.h"

namespace ashlar::model {
namespace {

Status expect(const formats::Gguf& file, std::string_view key, std::string_view wanted) {
  std::string_view value = "nothing";
  if (file.find(key)) {
    ASHLAR_ASSIGN(value, file.string(key));
  }
  if (value == wanted) return {};
  return fail(ErrorKind::unsupported,
              fmt::format("{} is {}, not '{}'", key, formats::in_quotes(value), wanted),
              file.where(), "name a LoRA adapter of this model");
}

Result<double> read_alpha(const formats::Gguf& file, const Config& config) {
  ASHLAR_TRY(expect(file, "general.type", "adapter"));
  ASHLAR_TRY(expect(file, "general.architecture", config.architecture));
  ASHLAR_TRY(expect(file, "adapter.type", "lora"));
  constexpr std::string_view kInvoked = "adapter.alora.invocation_tokens";
  if (file.find(kInvoked))
    return fail(ErrorKind::unsupported, fmt::format("{} is not supported", kInvoked), file.where(),
                "use an adapter that is always active");
  ASHLAR_ASSIGN(const double alpha, file.number("adapter.lora.alpha"));
  if (alpha > 0 && alpha < 1e6) return alpha;
  return fail(ErrorKind::unsupported, fmt::format("adapter.lora.alpha is {}", alpha), file.where(),
              "give it a positive one");
}

}  // namespace

Result<AdapterWeights> AdapterWeights::from_gguf(const std::filesystem::path& path,
                                                 const Config& config, tensor::Dtype dtype) {
  ASHLAR_ASSIGN(const formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(const double alpha, read_alpha(file, config));
  AdapterBinder binder(file.where(), dtype);
  for (const formats::GgufTensor& tensor : file.tensors())
    binder.offer(std::string(tensor.name), {tensor.codec, tensor.shape, tensor.data});
  return binder.bind_all(
      config,
      [&](std::uint32_t layer, const TargetShape& shape) -> Result<std::optional<AdapterPair>> {
        const std::string name = fmt::format("blk.{}.{}.weight.", layer, shape.gguf);
        const std::string down = name + "lora_a", up = name + "lora_b";
        if (!binder.has(down) && !binder.has(up)) return std::nullopt;
        ASHLAR_ASSIGN(const std::uint32_t rank, binder.rank_of(down));
        return AdapterPair{down, up, rank, alpha / rank, 0};
      });
}

}  // namespace ashlar::model
