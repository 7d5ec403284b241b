#include "model/footprint.h"

#include "kernels/packing.h"
#include "model/model.h"
#include "model/workspace.h"

namespace ashlar::model {
namespace {

// Norms become f32 vectors, matrices are packed, the embedding too (once, where it is the output
// matrix as well). Nothing of the file stays resident beside them.
std::size_t loaded_bytes(const formats::GgufTensor& tensor) {
  const tensor::Shape& shape = tensor.shape;
  if (shape.rows() == 1) return shape.row() * sizeof(float);
  return kernels::packed_bytes(tensor.codec->dtype, static_cast<std::uint32_t>(shape.rows()),
                               static_cast<std::uint32_t>(shape.row()));
}

std::size_t rope_bytes(const Config& config) {
  return std::size_t{config.context} * config.head_width * sizeof(float);
}

}  // namespace

Result<Footprint> footprint(const formats::Gguf& file, Precision precision, KvDtype kv,
                            std::uint32_t context, const FootprintStep& step) {
  ASHLAR_ASSIGN(const Config config, Config::from_gguf(file));
  ASHLAR_TRY(check_kv_dtype(config, kv));
  Footprint result;
  result.weights = rope_bytes(config);
  for (const formats::GgufTensor& tensor : file.tensors()) result.weights += loaded_bytes(tensor);
  result.kv = KvCache::blocks_for(context) * KvCache::block_bytes(config, kv);
  StepBuffers buffers;
  result.workspace = lay_out(
      buffers, nullptr, config, precision,
      {.rows = step.rows, .logits = step.logits, .positions = context, .threads = step.threads});
  return result;
}

}  // namespace ashlar::model
