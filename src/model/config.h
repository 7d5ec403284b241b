// A decoder described as data. Axis names used everywhere: L layers, D model width, H query heads,
// G key/value heads, E head width, F feed-forward width, V vocabulary, T tokens.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "formats/gguf.h"

namespace ashlar::model {

struct Config {
  std::string architecture;  // "llama"
  std::string name;
  std::uint32_t layers = 0;      // L
  std::uint32_t width = 0;       // D
  std::uint32_t heads = 0;       // H
  std::uint32_t kv_heads = 0;    // G
  std::uint32_t head_width = 0;  // E
  std::uint32_t ff_width = 0;    // F
  std::uint32_t vocabulary = 0;  // V
  std::uint32_t context = 0;     // positions the model was trained for
  float norm_epsilon = 0;
  double rope_base = 0;
  bool tied_embedding = false;  // lm_head is the embedding

  // Reads and validates; the error names the key.
  static Result<Config> from_gguf(const formats::Gguf& file);
};

enum class Precision : std::uint8_t {
  fast,   // activations in int8 blocks of 32, KV in f16 unless one says otherwise
  exact,  // activations in f32, KV too unless one says otherwise
};

}  // namespace ashlar::model
