#include "model/footprint.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "kernels/packing.h"
#include "model/model.h"
#include "model/workspace.h"

namespace ashlar::model {
namespace {

constexpr std::string_view kEmbedding = "token_embd.weight";

// Norms become f32 vectors, matrices are packed; an embedding that is no output matrix is not.
std::size_t loaded_bytes(const formats::GgufTensor& tensor, const Config& config) {
  const tensor::Shape& shape = tensor.shape;
  if (shape.rows() == 1) return shape.row() * sizeof(float);
  if (tensor.name == kEmbedding && !config.tied_embedding) return 0;
  return kernels::packed_bytes(tensor.codec->dtype, static_cast<std::uint32_t>(shape.rows()),
                               static_cast<std::uint32_t>(shape.row()));
}

std::size_t rope_bytes(const Config& config) {
  return std::size_t{config.context} * config.head_width * sizeof(float);
}

// The embedding is read in the mapped file, and touching a row brings in 64 KiB around it. How many
// such stretches a text touches grows as its vocabulary does, about with the root of its length
// (Heaps' law); the factor is measured on WikiText-2, 128 to 2048 tokens, and is good to some 5 %.
std::size_t touched_bytes(const formats::GgufTensor& table, std::uint32_t tokens) {
  constexpr double kStretch = 64 * 1024, kPerRoot = 3.9;
  const double touched = kStretch * kPerRoot * std::sqrt(static_cast<double>(tokens));
  return std::min(table.data.size(), static_cast<std::size_t>(touched));
}

}  // namespace

Result<Footprint> footprint(const formats::Gguf& file, Precision precision, std::uint32_t context,
                            const FootprintStep& step) {
  ASHLAR_ASSIGN(const Config config, Config::from_gguf(file));
  Footprint result;
  result.weights = rope_bytes(config);
  for (const formats::GgufTensor& tensor : file.tensors())
    result.weights += loaded_bytes(tensor, config);
  if (const formats::GgufTensor* table = file.find_tensor(kEmbedding))
    result.embedding = touched_bytes(*table, context);
  const std::size_t blocks =
      (std::size_t{context} + KvCache::kBlockTokens - 1) / KvCache::kBlockTokens;
  result.kv = blocks * KvCache::block_bytes(config, precision);
  StepBuffers buffers;
  result.workspace =
      lay_out(buffers, nullptr, config, precision, {step.rows, step.logits, step.threads});
  return result;
}

}  // namespace ashlar::model
