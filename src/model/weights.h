// The tensors of a decoder, bound by name and packed for the kernels. Const after loading.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "kernels/ops.h"
#include "model/config.h"
#include "tensor/buffer.h"

namespace ashlar::model {

struct LayerWeights {
  std::vector<float> attention_norm, ff_norm;              // [D]
  kernels::PackedMatrix query, key, value, attention_out;  // [H·E][D], [G·E][D] twice, [D][H·E]
  kernels::PackedMatrix gate, up, down;                    // [F][D] twice, [D][F]
};

struct Weights {
  kernels::PackedMatrix embedding;  // [V][D]
  std::vector<LayerWeights> layers;
  std::vector<float> output_norm;  // [D]
  kernels::PackedMatrix lm_head;   // [V][D], the embedding where that is tied
  tensor::Buffer packed;           // what the matrices point into

  // Every tensor of the file must bind, once, with the shape that `config` asks for.
  static Result<Weights> load(const formats::Gguf& file, const Config& config,
                              base::ThreadPool& pool);
};

}  // namespace ashlar::model
