// The tensors of a decoder, bound by name and packed for the kernels. Const after loading.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "kernels/ops.h"
#include "model/config.h"
#include "model/packed_store.h"
#include "tensor/buffer.h"

namespace ashlar::model {

struct Encoded;

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
  std::jthread afterwards = {};    // moves or keeps `packed` while it is used already

  // Every tensor of the file must bind, once, with the shape that `config` asks for. What `store`
  // has packed already is mapped; what it has not, is kept there. No store: packed in memory.
  static Result<Weights> load(const formats::Gguf& file, const Config& config,
                              base::ThreadPool& pool, const PackedStore* store = nullptr);

  // These weights with some matrices packed from other encodings; they point into this `packed` for
  // the others. A tied lm_head follows the embedding.
  Result<Weights> with(std::span<const Encoded> matrices, base::ThreadPool& pool) const;

 private:
  kernels::PackedMatrix* matrix(std::string_view tensor);  // nullptr: none of that name
};

}  // namespace ashlar::model
