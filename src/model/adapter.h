// A low-rank adapter (Hu et al. 2021, LoRA) of a decoder: thin matrices beside its linears, read
// from a PEFT folder or a GGUF file. Const and shared: requests that use one keep it alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/hash.h"
#include "base/result.h"
#include "model/config.h"

namespace ashlar::model {

// Tells adapters apart for as long as the process lives; 0 is the model without one.
using AdapterId = std::uint64_t;

// What a KV depends on beside model and tokens: who wrote it. The default is the model without one.
struct AdapterKey {
  AdapterId id = 0;         // another one at every load
  base::Hash content = {};  // of all its numbers, the same in every process
};

class Adapter {
 public:
  // A folder holds adapter_config.json and adapter_model.safetensors as PEFT saves them; a file is
  // a GGUF whose general.type is "adapter". Kept in f16, for Precision::exact in f32. What the
  // adapter asks for beyond LoRA on a decoder's linears is refused by name; so is a tensor that no
  // module takes, or takes wrongly shaped, and a value that isn't finite.
  static Result<std::shared_ptr<const Adapter>> load(const std::filesystem::path& path,
                                                     const Config& config, Precision precision);
  ~Adapter();

  AdapterKey key() const;
  std::size_t bytes() const;       // resident, packed
  bool fits(const Config&) const;  // the shape that it was loaded for

  struct State;  // the module's own
  const State& state() const { return *state_; }

 private:
  explicit Adapter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::model
