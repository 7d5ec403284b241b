// A tensor's rows from the type of their file into another, in parallel, a few MiB at a time.
// Private to the module.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"

namespace ashlar::llm {

// What encoding a tensor needs besides it.
struct Encoding {
  const formats::Gguf& file;  // that the tensor lies in: its pages are let go of when read
  base::ThreadPool& pool;
  std::stop_token stop;
};

using Bytes = std::span<const std::byte>;

// Calls `sink` with the source bytes and the encoded bytes of stretches of rows, in order; encoded
// into their own type, rows are their bytes. `importance` has a value an element of a row, or none.
Status encode_tensor(const Encoding& with, const formats::GgufTensor& tensor,
                     const tensor::Codec& to, std::span<const float> importance,
                     const std::function<Status(Bytes from, Bytes encoded)>& sink);

// The same at once.
Result<std::vector<std::byte>> encoded_tensor(const Encoding& with,
                                              const formats::GgufTensor& tensor,
                                              const tensor::Codec& to,
                                              std::span<const float> importance);

// Σ importance × (x − decoded)² over at most `rows` rows, evenly spread.
Result<double> encoding_error(const Encoding& with, const formats::GgufTensor& tensor,
                              const tensor::Codec& to, std::span<const float> importance,
                              std::uint64_t rows);

}  // namespace ashlar::llm
