#include "llm/quantize_plan.h"

#include <fmt/format.h>

#include <array>

#include "llm/quantize.h"

namespace ashlar::llm {
namespace {

using tensor::Dtype;

// A type, what replaces it in rows that it doesn't fit, and llama.cpp's number for files that are
// mostly of it (llama_ftype).
struct Target {
  Dtype type, fallback;
  std::uint32_t file_type;
};
constexpr std::array kTargets{
    Target{Dtype::q4_0, Dtype::f16, 2},   Target{Dtype::q4_1, Dtype::f16, 3},
    Target{Dtype::q5_0, Dtype::f16, 8},   Target{Dtype::q5_1, Dtype::f16, 9},
    Target{Dtype::q8_0, Dtype::f16, 7},   Target{Dtype::iq4_nl, Dtype::f16, 25},
    Target{Dtype::q4_k, Dtype::q5_0, 14}, Target{Dtype::q5_k, Dtype::q5_1, 16},
    Target{Dtype::q6_k, Dtype::q8_0, 18},
};
constexpr std::uint32_t kAllF32 = 0, kMostlyF16 = 1;

const Target* target_of(Dtype type) {
  for (const Target& target : kTargets)
    if (target.type == type) return &target;
  return nullptr;
}

std::uint32_t file_type_of(Dtype type) {
  if (const Target* target = target_of(type)) return target->file_type;
  return type == Dtype::f16 ? kMostlyF16 : kAllF32;
}

Status choose(TensorPlan& plan, Dtype type, bool allow_fallback, const std::string& where) {
  const tensor::Codec& wanted = tensor::codec_of(type);
  plan.codec = &wanted;
  if (plan.fits(wanted)) return {};
  if (!allow_fallback)
    return fail(ErrorKind::unsupported,
                fmt::format("the rows of tensor {} have {} elements, which are no whole blocks of "
                            "{} ({})",
                            plan.tensor->name, plan.tensor->shape.row(), wanted.block_elements,
                            wanted.name),
                where, "choose a type of smaller blocks, or allow a fallback");
  plan.fallback = true;
  while (!plan.fits(*plan.codec)) plan.codec = &tensor::codec_of(fallback_of(plan.codec->dtype));
  return {};
}

}  // namespace

Dtype fallback_of(Dtype type) {
  const Target* target = target_of(type);
  return target ? target->fallback : Dtype::f16;
}

Result<Plan> plan_for(const formats::Gguf& file, Dtype type, bool allow_fallback) {
  Plan plan;
  for (const formats::GgufTensor& tensor : file.tensors()) {
    TensorPlan one{&tensor, tensor.codec};
    if (one.is_matrix()) ASHLAR_TRY(choose(one, type, allow_fallback, file.where()));
    plan.push_back(one);
  }
  return plan;
}

std::uint64_t bytes_of(const Plan& plan) {
  std::uint64_t bytes = 0;
  for (const TensorPlan& one : plan) bytes += one.bytes_as(*one.codec);
  return bytes;
}

double bits_per_weight(const Plan& plan) {
  std::uint64_t elements = 0;
  for (const TensorPlan& one : plan) elements += one.tensor->shape.elements();
  return elements == 0 ? 0
                       : 8.0 * static_cast<double>(bytes_of(plan)) / static_cast<double>(elements);
}

formats::GgufHeader header_of(const formats::Gguf& file, const Plan& plan, Dtype type) {
  constexpr std::string_view kFileType = "general.file_type",
                             kVersion = "general.quantization_version";
  formats::GgufHeader header(file.alignment());
  for (const formats::GgufEntry& entry : file.metadata())
    if (entry.key != kFileType && entry.key != kVersion) header.copy(entry);
  header.u32(kFileType, file_type_of(type));
  header.u32(kVersion, 2);  // ggml's GGML_QNT_VERSION
  for (const TensorPlan& one : plan) header.tensor(one.tensor->name, *one.codec, one.tensor->shape);
  return header;
}

}  // namespace ashlar::llm
