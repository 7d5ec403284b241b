// What of a file that is being quantized is whole: a line beside it for every tensor, a hash of its
// source and its encoding. Believed only where both still have that hash. Private to the module.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/gguf_writer.h"
#include "hub/sha256.h"
#include "llm/keyed_log.h"
#include "llm/quantize_plan.h"

namespace ashlar::llm {

// Of a tensor whose source and encoding come in stretches.
class TensorHash {
 public:
  void update(std::span<const std::byte> source, std::span<const std::byte> encoded);
  std::string hex() { return source_.hex() + encoded_.hex(); }

 private:
  hub::Sha256 source_, encoded_;
};

class QuantizeJournal {
 public:
  // An error where the partial file of `out` has bytes and no journal: it isn't ours to write over.
  static Status check(const std::filesystem::path& out);

  // The journal beside `out`. `key` stands for all that the bytes depend on but the source's
  // tensors.
  static Result<QuantizeJournal> open(const std::filesystem::path& out, std::string_view key,
                                      const formats::GgufHeader& header, const Plan& plan);

  std::size_t whole() const { return whole_; }  // the first so many tensors
  Status add(std::string_view tensor_hash) { return log_.add(tensor_hash); }
  void remove() { log_.remove(); }

 private:
  QuantizeJournal(KeyedLog log, std::size_t whole) : log_(std::move(log)), whole_(whole) {}

  KeyedLog log_;
  std::size_t whole_;
};

}  // namespace ashlar::llm
