#include "model/kv_dtype.h"

#include <fmt/format.h>

namespace ashlar::model {

KvDtype kv_dtype_of(Precision precision, std::optional<KvDtype> asked) {
  return asked.value_or(precision == Precision::exact ? KvDtype::f32 : KvDtype::f16);
}

std::string_view kv_dtype_name(KvDtype dtype) {
  return dtype == KvDtype::q8_0 ? "q8_0" : dtype == KvDtype::f32 ? "f32" : "f16";
}

Result<KvDtype> kv_dtype_named(std::string_view name) {
  for (const KvDtype dtype : {KvDtype::f16, KvDtype::q8_0})
    if (name == kv_dtype_name(dtype)) return dtype;
  return fail(ErrorKind::bad_input, fmt::format("'{}' is neither f16 nor q8_0", name), "kv_dtype",
              "give f16 or q8_0");
}

Status check_kv_dtype(const Config& config, KvDtype dtype) {
  const std::uint32_t block = tensor::codec_of(dtype).block_elements;
  if (config.head_width % block == 0) return {};
  return fail(ErrorKind::unsupported,
              fmt::format("{} KV comes in blocks of {}, heads are {} wide", kv_dtype_name(dtype),
                          block, config.head_width),
              config.name.empty() ? "model" : config.name, "store keys and values as f16");
}

}  // namespace ashlar::model
