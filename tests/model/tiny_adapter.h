// A random low-rank adapter of TinyLlama: as a PEFT folder, as a GGUF file, and merged into dense
// weights, W + scale × up · down, which is what the real one is held against.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/model/tiny_llama.h"
#include "tests/support/safetensors_builder.h"
#include "tests/support/temp_folder.h"

namespace ashlar::test {

struct TinyAdapter {
  TinyLlama shape = {};
  std::uint32_t rank = 4;
  double alpha = 6;
  std::uint64_t seed = 1;
  std::set<std::string> targets = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                   "gate_proj", "up_proj", "down_proj"};
  std::string without = {}, besides = {};  // a tensor of the PEFT file to leave out, one to add
  std::string fields = {};                 // more of adapter_config.json: ",\"use_rslora\":true"

  struct Linear {
    std::string gguf, block, peft;  // "attn_q", "self_attn", "q_proj"
    std::uint32_t in, out, rotated_heads;
  };
  std::array<Linear, 7> linears() const {
    const std::uint32_t q = shape.heads * shape.head_width, kv = shape.kv_heads * shape.head_width;
    return {{{"attn_q", "self_attn", "q_proj", shape.width, q, shape.heads},
             {"attn_k", "self_attn", "k_proj", shape.width, kv, shape.kv_heads},
             {"attn_v", "self_attn", "v_proj", shape.width, kv, 0},
             {"attn_output", "self_attn", "o_proj", q, shape.width, 0},
             {"ffn_gate", "mlp", "gate_proj", shape.width, shape.ff_width, 0},
             {"ffn_up", "mlp", "up_proj", shape.width, shape.ff_width, 0},
             {"ffn_down", "mlp", "down_proj", shape.ff_width, shape.width, 0}}};
  }

  // [rank][in] and [out][rank], rows in GGUF's order. Steps of 1/512, which f16 holds exactly.
  std::vector<float> down(std::uint32_t layer, const Linear& linear) const {
    return random(layer, linear.gguf + "down", std::size_t{rank} * linear.in);
  }
  std::vector<float> up(std::uint32_t layer, const Linear& linear) const {
    return random(layer, linear.gguf + "up", std::size_t{linear.out} * rank);
  }

  std::string config() const {
    std::string names;
    for (const std::string& target : targets)
      names += (names.empty() ? "\"" : ",\"") + target + "\"";
    return R"({"peft_type":"LORA","bias":"none","r":)" + std::to_string(rank) +
           ",\"lora_alpha\":" + std::to_string(alpha) + ",\"target_modules\":[" + names + "]" +
           fields + "}";
  }

  std::string safetensors() const {
    SafetensorsBuilder file;
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer)
      for (const Linear& linear : linears()) {
        if (!targets.contains(linear.peft)) continue;
        const std::string name = "base_model.model.model.layers." + std::to_string(layer) + "." +
                                 linear.block + "." + linear.peft + ".lora_";
        add(file, name + "A.weight", {rank, linear.in}, down(layer, linear));
        add(file, name + "B.weight", {linear.out, rank}, half_split(up(layer, linear), linear));
      }
    if (!besides.empty()) file.f32(besides, {1}, {1});
    return file.build();
  }

  void save_peft(const std::filesystem::path& folder) const {
    spill(folder / "adapter_config.json", config());
    spill(folder / "adapter_model.safetensors", safetensors());
  }

  GgufBuilder gguf(std::string_view type = "lora") const {
    GgufBuilder file;
    file.string("general.type", "adapter").string("general.architecture", "llama");
    file.string("adapter.type", type).f32("adapter.lora.alpha", static_cast<float>(alpha));
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer)
      for (const Linear& linear : linears()) {
        if (!targets.contains(linear.peft)) continue;
        const std::string name =
            "blk." + std::to_string(layer) + "." + linear.gguf + ".weight.lora_";
        file.tensor_f32(name + "a", {linear.in, rank}, down(layer, linear));
        file.tensor_f32(name + "b", {rank, linear.out}, up(layer, linear));
      }
    return file;
  }

  // TinyLlama with f32 weights and the adapter in them. REQUIRES: shape.type is f32.
  std::string merged(double scale) const {
    const std::string base = shape.file();
    const auto file = formats::Gguf::parse(bytes_of(base), "tiny").value();
    std::map<std::string, std::vector<float>> dense;
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer)
      for (const Linear& linear : linears()) {
        if (!targets.contains(linear.peft)) continue;
        const std::string name = "blk." + std::to_string(layer) + "." + linear.gguf + ".weight";
        const formats::GgufTensor& tensor = *file.find_tensor(name);
        std::vector<float>& w = dense[name];
        w.resize(tensor.shape.elements());
        tensor.codec->dequantize(tensor.data.data(), w.data(), w.size());
        const auto a = down(layer, linear), b = up(layer, linear);
        for (std::size_t o = 0; o < linear.out; ++o)
          for (std::size_t i = 0; i < linear.in; ++i)
            for (std::size_t k = 0; k < rank; ++k)
              w[o * linear.in + i] +=
                  static_cast<float>(scale * b[o * rank + k] * a[k * linear.in + i]);
      }
    return shape.builder(dense).build();
  }

 private:
  std::vector<float> random(std::uint32_t layer, const std::string& name, std::size_t count) const {
    std::vector<float> values(count);
    const std::uint64_t key = std::hash<std::string>{}(name) + layer * 1000 + seed;
    for (std::size_t i = 0; i < count; ++i)
      values[i] = static_cast<float>(std::floor(base::uniform(key, 2, i) * 128) - 64) / 512;
    return values;
  }
  // Row 2i + j of a rotated head goes to row j × half + i.
  std::vector<float> half_split(const std::vector<float>& rows, const Linear& linear) const {
    if (linear.rotated_heads == 0) return rows;
    const std::size_t width = shape.head_width, half = width / 2;
    std::vector<float> out(rows.size());
    for (std::size_t head = 0; head < linear.rotated_heads; ++head)
      for (std::size_t i = 0; i < half; ++i)
        for (std::size_t j = 0; j < 2; ++j)
          for (std::size_t k = 0; k < rank; ++k)
            out[(head * width + j * half + i) * rank + k] =
                rows[(head * width + 2 * i + j) * rank + k];
    return out;
  }
  void add(SafetensorsBuilder& file, const std::string& name,
           const SafetensorsBuilder::Shape& extents, const std::vector<float>& values) const {
    if (name != without) file.f32(name, extents, values);
  }
};

}  // namespace ashlar::test
