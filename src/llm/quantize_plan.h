// Which tensor of a file is to become which type, and the header of the file that comes of it.
// Private to the module.
#pragma once

#include <cstdint>
#include <vector>

#include "formats/gguf.h"
#include "formats/gguf_writer.h"
#include "tensor/codec.h"

namespace ashlar::llm {

struct TensorPlan {
  const formats::GgufTensor* tensor;
  const tensor::Codec* codec;
  bool fallback = false;

  // Matrices are quantized; vectors (norms) stay as they are.
  bool is_matrix() const { return tensor->shape.rank > 1 && tensor->shape.rows() > 1; }
  bool fits(const tensor::Codec& other) const {
    return tensor->shape.row() % other.block_elements == 0;
  }
  std::uint64_t bytes_as(const tensor::Codec& other) const {
    return other.bytes_for(tensor->shape.elements());
  }
};

// In the order of the file.
using Plan = std::vector<TensorPlan>;

Result<Plan> plan_for(const formats::Gguf& file, tensor::Dtype type, bool allow_fallback);

std::uint64_t bytes_of(const Plan& plan);
double bits_per_weight(const Plan& plan);

// The source's metadata with the type's entries set, and the plan's tensors.
formats::GgufHeader header_of(const formats::Gguf& file, const Plan& plan, tensor::Dtype type);

}  // namespace ashlar::llm
