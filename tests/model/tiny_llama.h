// A random Llama-shaped model of a few kB, as a GGUF in memory, and a forward pass over it written
// as the paper reads, in f64: what the real one is held against.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "formats/gguf.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::test {

struct TinyLlama {
  std::uint32_t layers = 2, width = 64, heads = 4, kv_heads = 2, head_width = 16, ff_width = 96,
                vocabulary = 50, context = 200;  // 50: the last tile of lm_head is not full
  Ggml type = Ggml::q4_1;
  std::string without;  // a tensor to leave out

  using Dense = std::map<std::string, std::vector<float>>;  // tensors in place of random ones

  GgufBuilder metadata() const {
    GgufBuilder b;
    b.string("general.architecture", "llama").string("general.name", "tiny");
    b.u32("llama.block_count", layers).u32("llama.embedding_length", width);
    b.u32("llama.feed_forward_length", ff_width).u32("llama.attention.head_count", heads);
    b.u32("llama.attention.head_count_kv", kv_heads).u32("llama.context_length", context);
    b.u32("llama.attention.key_length", head_width).u32("llama.attention.value_length", head_width);
    b.f32("llama.attention.layer_norm_rms_epsilon", 1e-5f).f32("llama.rope.freq_base", 10000);
    b.u32("llama.rope.dimension_count", head_width);
    return b;
  }

  GgufBuilder builder(const Dense& dense = {}) const {
    GgufBuilder b = metadata();
    const auto add = [&](GgufBuilder& to, const std::string& name, std::uint32_t row,
                         std::uint32_t rows, Ggml type_of) {
      const auto found = dense.find(name);
      if (found == dense.end())
        add_random(to, name, row, rows, type_of);
      else
        to.tensor_f32(name, {row, rows}, found->second);
    };
    add(b, "token_embd.weight", width, vocabulary, Ggml::q8_0);
    add(b, "output_norm.weight", width, 1, Ggml::f32);
    for (std::uint32_t i = 0; i < layers; ++i) {
      const std::string prefix = "blk." + std::to_string(i) + ".";
      const std::uint32_t q = heads * head_width, kv = kv_heads * head_width;
      add(b, prefix + "attn_norm.weight", width, 1, Ggml::f32);
      add(b, prefix + "attn_q.weight", width, q, type);
      add(b, prefix + "attn_k.weight", width, kv, type);
      add(b, prefix + "attn_v.weight", width, kv, type);
      add(b, prefix + "attn_output.weight", q, width, type);
      add(b, prefix + "ffn_norm.weight", width, 1, Ggml::f32);
      add(b, prefix + "ffn_gate.weight", width, ff_width, type);
      add(b, prefix + "ffn_up.weight", width, ff_width, type);
      add(b, prefix + "ffn_down.weight", ff_width, width, type);
    }
    return b;
  }

  std::string file() const { return builder().build(); }

 private:
  // Where a type's halves lie, what its scale is a random fraction of, and how many scales its
  // minimum is.
  struct Halves {
    Ggml type;
    double scale;
    float minimum = 0;
    std::size_t scale_at = 0, minimum_at = 2;
  };
  static Halves halves_of(Ggml type) {
    static constexpr Halves kHalves[] = {{Ggml::f16, 1.0 / 2},
                                         {Ggml::q4_0, 1.0 / 16},
                                         {Ggml::q4_1, 1.0 / 16, -7.5f},
                                         {Ggml::q8_0, 1.0 / 127},
                                         {Ggml::q5_0, 1.0 / 32},
                                         {Ggml::q5_1, 1.0 / 32, -15.5f},
                                         {Ggml::q4_k, 1.0 / 512, 7.5f},
                                         {Ggml::q5_k, 1.0 / 1024, 15.5f},
                                         {Ggml::q6_k, 1.0 / 4096, 0, 208},
                                         {Ggml::iq4_nl, 1.0 / 127}};
    return *std::ranges::find(kHalves, type, &Halves::type);
  }

  // Random blocks with scales of about 0.02, so that activations stay near 1.
  void add_random(GgufBuilder& b, const std::string& name, std::uint32_t row, std::uint32_t rows,
                  Ggml type_of) const {
    if (name == without) return;
    const tensor::Codec& codec = *tensor::find_codec(static_cast<std::uint32_t>(type_of));
    const std::uint64_t seed = std::hash<std::string>{}(name);
    std::string data(codec.bytes_for(std::size_t{row} * rows), '\0');
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<char>(base::uniform(seed, 0, i) * 256);
    for (std::size_t at = 0; at < data.size(); at += codec.block_bytes) {
      const double u = base::uniform(seed, 1, at) - 0.5;
      const auto plain = static_cast<float>(rows == 1 ? 1 + u / 4 : u / 2);
      if (type_of == Ggml::f32) {
        std::memcpy(&data[at], &plain, 4);
      } else if (type_of == Ggml::bf16) {
        const auto half = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(plain) >> 16);
        std::memcpy(&data[at], &half, 2);
      } else {
        const Halves halves = halves_of(type_of);
        const auto scale = static_cast<float>(u * halves.scale);
        const std::uint16_t half = tensor::f32_to_f16(scale);
        const std::uint16_t minimum = tensor::f32_to_f16(scale * halves.minimum);
        std::memcpy(&data[at + halves.scale_at], &half, 2);
        if (halves.minimum != 0) std::memcpy(&data[at + halves.minimum_at], &minimum, 2);
      }
    }
    b.tensor(name, type_of, rows == 1 ? GgufBuilder::Extents{row} : GgufBuilder::Extents{row, rows},
             data);
  }
};

using Matrix = std::vector<std::vector<double>>;

// Logits of every position, on the dequantized weights.
class ReferenceLlama {
 public:
  ReferenceLlama(const formats::Gguf& file, const TinyLlama& shape) : file_(file), c_(shape) {}

  Matrix forward(const std::vector<std::uint32_t>& ids) const {
    const Matrix embedding = weights("token_embd.weight");
    Matrix x;
    for (const std::uint32_t id : ids) x.push_back(embedding[id]);
    for (std::uint32_t i = 0; i < c_.layers; ++i) {
      const std::string prefix = "blk." + std::to_string(i) + ".";
      add(x, attention(norm(x, prefix + "attn_norm.weight"), prefix));
      add(x, feed_forward(norm(x, prefix + "ffn_norm.weight"), prefix));
    }
    return times(norm(x, "output_norm.weight"), embedding);
  }

 private:
  Matrix weights(const std::string& name) const {
    const formats::GgufTensor& t = *file_.find_tensor(name);
    std::vector<float> flat(t.shape.elements());
    t.codec->dequantize(t.data.data(), flat.data(), flat.size() / t.codec->block_elements);
    Matrix rows;
    for (std::size_t r = 0; r < t.shape.rows(); ++r)
      rows.emplace_back(flat.begin() + static_cast<std::ptrdiff_t>(r * t.shape.row()),
                        flat.begin() + static_cast<std::ptrdiff_t>((r + 1) * t.shape.row()));
    return rows;
  }
  static void add(Matrix& x, const Matrix& y) {
    for (std::size_t r = 0; r < x.size(); ++r)
      for (std::size_t i = 0; i < x[r].size(); ++i) x[r][i] += y[r][i];
  }
  static Matrix times(const Matrix& x, const Matrix& w) {  // x · wᵀ
    Matrix out(x.size(), std::vector<double>(w.size()));
    for (std::size_t r = 0; r < x.size(); ++r)
      for (std::size_t o = 0; o < w.size(); ++o)
        for (std::size_t k = 0; k < x[r].size(); ++k) out[r][o] += x[r][k] * w[o][k];
    return out;
  }
  Matrix norm(Matrix x, const std::string& name) const {
    const std::vector<double> weight = weights(name)[0];
    for (auto& row : x) {
      double square = 0;
      for (const double v : row) square += v * v;
      const double scale = 1 / std::sqrt(square / static_cast<double>(row.size()) + 1e-5);
      for (std::size_t i = 0; i < row.size(); ++i) row[i] *= scale * weight[i];
    }
    return x;
  }
  void rotate(Matrix& x) const {
    for (std::size_t p = 0; p < x.size(); ++p)
      for (std::size_t i = 0; i < x[p].size(); i += 2) {
        const double exponent = -static_cast<double>(i % c_.head_width) / c_.head_width;
        const double angle = static_cast<double>(p) * std::pow(10000, exponent);
        const double even = x[p][i], odd = x[p][i + 1];
        x[p][i] = even * std::cos(angle) - odd * std::sin(angle);
        x[p][i + 1] = even * std::sin(angle) + odd * std::cos(angle);
      }
  }
  Matrix attention(const Matrix& x, const std::string& prefix) const {
    Matrix q = times(x, weights(prefix + "attn_q.weight"));
    Matrix k = times(x, weights(prefix + "attn_k.weight"));
    const Matrix v = times(x, weights(prefix + "attn_v.weight"));
    rotate(q);
    rotate(k);
    Matrix out(x.size(), std::vector<double>(q[0].size()));
    for (std::size_t p = 0; p < x.size(); ++p)
      for (std::size_t h = 0; h < c_.heads; ++h) {
        const std::size_t at = h * c_.head_width, kv = h / (c_.heads / c_.kv_heads) * c_.head_width;
        std::vector<double> weight(p + 1);
        double sum = 0;
        for (std::size_t s = 0; s <= p; ++s) {
          double score = 0;
          for (std::size_t e = 0; e < c_.head_width; ++e) score += q[p][at + e] * k[s][kv + e];
          sum += weight[s] = std::exp(score / std::sqrt(c_.head_width));
        }
        for (std::size_t s = 0; s <= p; ++s)
          for (std::size_t e = 0; e < c_.head_width; ++e)
            out[p][at + e] += weight[s] / sum * v[s][kv + e];
      }
    return times(out, weights(prefix + "attn_output.weight"));
  }
  Matrix feed_forward(const Matrix& x, const std::string& prefix) const {
    Matrix gate = times(x, weights(prefix + "ffn_gate.weight"));
    const Matrix up = times(x, weights(prefix + "ffn_up.weight"));
    for (std::size_t r = 0; r < gate.size(); ++r)
      for (std::size_t i = 0; i < gate[r].size(); ++i)
        gate[r][i] = gate[r][i] / (1 + std::exp(-gate[r][i])) * up[r][i];
    return times(gate, weights(prefix + "ffn_down.weight"));
  }

  const formats::Gguf& file_;
  TinyLlama c_;
};

}  // namespace ashlar::test
