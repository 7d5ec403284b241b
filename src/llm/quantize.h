// A model file into another whose matrices are of fewer bits, tensor by tensor: what is held in
// memory is a few MiB of rows, but with a budget, which loads the model to measure on it. Vectors
// stay as they are. A run that was killed goes on behind the tensors that are whole and with the
// figures that were measured.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tensor/codec.h"

namespace ashlar::llm {

struct QuantizeRequest {
  std::filesystem::path in = {}, out = {};
  tensor::Dtype type = tensor::Dtype::q4_0;  // of matrices; with a budget, the coarsest of them
  std::filesystem::path imatrix = {};        // weighs errors by input; empty: all alike
  // At most one budget. Bits per weight count all tensors; KL is the mean of KL(in ‖ out) in nats
  // over a calibration text, in exact precision.
  std::optional<double> bits_per_weight = {}, max_kl = {};
  std::string text = {};        // to measure a budget on; empty: a built-in one
  bool allow_fallback = false;  // for rows that are no whole blocks of `type`
  unsigned threads = 0;         // 0: what the machine gives us
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)> on_progress =
      {};
  std::stop_token stop = {};
};

struct QuantizedTensor {
  std::string name;
  tensor::Dtype type;
  bool fallback = false;     // another type than asked for, as its rows are no whole blocks
  std::optional<double> kl;  // with this tensor alone in that type; measured for budgets only
};

struct Quantized {
  std::uint64_t bytes = 0;     // of the file
  double bits_per_weight = 0;  // of tensor data
  std::optional<double> kl;    // of all tensors together; measured for budgets only
  // Tensors that an earlier run had written, and figures that it had measured.
  std::size_t resumed = 0, measured_before = 0;
  std::vector<QuantizedTensor> tensors;
};

// Errors: the files'; `out` exists, is `in` or is being written; a row that is no whole blocks
// ("tensor NAME"); weights that are not finite or beyond binary16; an importance matrix that
// doesn't fit; a budget that no choice of types meets; ErrorKind::cancelled when stopped.
Result<Quantized> quantize(const QuantizeRequest& request);

// What stands in for `type` where rows are no whole blocks of it; the last is F16.
tensor::Dtype fallback_of(tensor::Dtype type);

}  // namespace ashlar::llm
