#include "model/config.h"

#include <fmt/format.h>

namespace ashlar::model {
namespace {

// Features that change the forward pass: a file that asks for one is refused, not run without it.
Status refuse_unsupported(const formats::Gguf& file, const std::string& prefix) {
  for (const std::string_view key : {"expert_count", "attention.sliding_window",
                                     "attention.logit_softcapping", "final_logit_softcapping"}) {
    ASHLAR_ASSIGN(const std::uint64_t value, file.integer_or(prefix + std::string(key), 0));
    if (value != 0)
      return fail(ErrorKind::unsupported, fmt::format("{}{} = {}", prefix, key, value),
                  file.where(), "use a model without it");
  }
  const formats::GgufEntry* scaling = file.find(prefix + "rope.scaling.type");
  const auto* type = scaling ? std::get_if<std::string_view>(&scaling->value) : nullptr;
  if (scaling && (!type || *type != "none"))
    return fail(ErrorKind::unsupported,
                fmt::format("{}rope.scaling.type = {}", prefix, type ? *type : "?"), file.where(),
                "use a model without rope scaling");
  return {};
}

// An integer key within [low, high].
Result<std::uint32_t> bounded(const formats::Gguf& file, const std::string& key, std::uint64_t low,
                              std::uint64_t high) {
  ASHLAR_ASSIGN(const std::uint64_t value, file.integer(key));
  if (value < low || value > high)
    return fail(ErrorKind::corrupt,
                fmt::format("{} is {}, not within {} … {}", key, value, low, high), file.where(),
                "get the file anew");
  return static_cast<std::uint32_t>(value);
}

// Attention heads; REQUIRES: c.width and c.heads.
Status read_heads(Config& c, const formats::Gguf& file, const std::string& prefix) {
  ASHLAR_ASSIGN(const std::uint64_t kv_heads,
                file.integer_or(prefix + "attention.head_count_kv", c.heads));
  ASHLAR_ASSIGN(const std::uint64_t head_width,
                file.integer_or(prefix + "attention.key_length", c.width / c.heads));
  ASHLAR_ASSIGN(const std::uint64_t value_width,
                file.integer_or(prefix + "attention.value_length", head_width));
  ASHLAR_ASSIGN(const std::uint64_t rotated,
                file.integer_or(prefix + "rope.dimension_count", head_width));
  if (kv_heads < 1 || kv_heads > c.heads || head_width < 1 || head_width > 1024)
    return fail(ErrorKind::corrupt,
                fmt::format("{} KV heads of width {} for {} heads", kv_heads, head_width, c.heads),
                file.where(), "get the file anew");
  if (value_width != head_width || rotated != head_width)
    return fail(ErrorKind::unsupported,
                fmt::format("head widths differ: keys {}, values {}, rotated {}", head_width,
                            value_width, rotated),
                file.where(), "use another model");
  c.kv_heads = static_cast<std::uint32_t>(kv_heads);
  c.head_width = static_cast<std::uint32_t>(head_width);
  return {};
}

// The vocabulary's size is the embedding's.
Status read_vocabulary(Config& c, const formats::Gguf& file) {
  const formats::GgufTensor* embedding = file.find_tensor("token_embd.weight");
  if (!embedding)
    return fail(ErrorKind::corrupt, "tensor token_embd.weight is missing", file.where(),
                "get the file anew");
  if (embedding->shape.rows() > (1u << 24))
    return fail(ErrorKind::corrupt, fmt::format("a vocabulary of {}", embedding->shape.rows()),
                file.where() + ", token_embd.weight", "get the file anew");
  c.vocabulary = static_cast<std::uint32_t>(embedding->shape.rows());
  c.tied_embedding = file.find_tensor("output.weight") == nullptr;
  return {};
}

Status check_shape(const Config& c, const formats::Gguf& file) {
  const auto refuse = [&](std::string what) {
    return fail(ErrorKind::unsupported, std::move(what), file.where(), "use another model");
  };
  if (c.heads % c.kv_heads != 0)
    return refuse(fmt::format("{} heads can't share {} KV heads", c.heads, c.kv_heads));
  if (c.head_width % 16 != 0)
    return refuse(fmt::format("head width {} is not a multiple of 16", c.head_width));
  if (!(c.rope_base > 1 && c.rope_base < 1e12))
    return refuse(fmt::format("rope base {}", c.rope_base));
  if (!(c.norm_epsilon > 0 && c.norm_epsilon < 1))
    return refuse(fmt::format("norm epsilon {}", c.norm_epsilon));
  return {};
}

}  // namespace

Result<Config> Config::from_gguf(const formats::Gguf& file) {
  Config c;
  ASHLAR_ASSIGN(const std::string_view architecture, file.string("general.architecture"));
  if (architecture != "llama")
    return fail(ErrorKind::unsupported, fmt::format("architecture '{}'", architecture),
                file.where() + ", general.architecture", "use a model of architecture llama");
  c.architecture = architecture;
  const auto name = file.find("general.name") ? file.string("general.name") : std::string_view();
  ASHLAR_TRY(name);
  c.name = *name;
  const std::string prefix = c.architecture + ".";
  ASHLAR_TRY(refuse_unsupported(file, prefix));
  // The bounds are far beyond any real model and keep every product below within 64 bits.
  ASHLAR_ASSIGN(c.layers, bounded(file, prefix + "block_count", 1, 1024));
  ASHLAR_ASSIGN(c.width, bounded(file, prefix + "embedding_length", 16, 1 << 17));
  ASHLAR_ASSIGN(c.ff_width, bounded(file, prefix + "feed_forward_length", 16, 1 << 20));
  ASHLAR_ASSIGN(c.heads, bounded(file, prefix + "attention.head_count", 1, 1 << 12));
  ASHLAR_ASSIGN(c.context, bounded(file, prefix + "context_length", 1, 1 << 20));
  ASHLAR_TRY(read_heads(c, file, prefix));
  ASHLAR_ASSIGN(const double epsilon, file.number(prefix + "attention.layer_norm_rms_epsilon"));
  c.norm_epsilon = static_cast<float>(epsilon);
  ASHLAR_ASSIGN(c.rope_base, file.number_or(prefix + "rope.freq_base", 10000));
  ASHLAR_TRY(read_vocabulary(c, file));
  ASHLAR_TRY(check_shape(c, file));
  return c;
}

}  // namespace ashlar::model
