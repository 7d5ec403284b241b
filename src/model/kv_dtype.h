// How a KV cache holds keys and values. Attention reads them as stored, in every step, and sums in
// f32: what the type costs in exactness doesn't depend on how a prompt was cut.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/config.h"
#include "tensor/codec.h"

namespace ashlar::model {

// f32; f16; q8_0 as ggml has it: 32 elements of a head with a scale in f16, keys after rotation.
using KvDtype = tensor::Dtype;

// What was asked for; else f16, where the precision is exact f32.
KvDtype kv_dtype_of(Precision precision, std::optional<KvDtype> asked = {});
std::string_view kv_dtype_name(KvDtype dtype);  // "f32", "f16", "q8_0"

// Those that one may ask for: f16 and q8_0. Errors list them (bad_input).
Result<KvDtype> kv_dtype_named(std::string_view name);

// Errors: heads of the model aren't whole blocks of the type (unsupported).
Status check_kv_dtype(const Config& config, KvDtype dtype);

}  // namespace ashlar::model
