#include "cli/bench_roofline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/terminal.h"
#include "kernels/roofline.h"

namespace ashlar::cli {
namespace {

using base::Json;
using kernels::Device;
using tensor::Dtype;

// The distinct matrices of a model.
using Shape = std::tuple<Dtype, std::uint32_t, std::uint32_t>;  // type, outputs, width
std::set<Shape> shapes_of(const formats::Gguf& file) {
  std::set<Shape> shapes;
  for (const formats::GgufTensor& tensor : file.tensors())
    if (tensor.shape.rows() > 1)
      shapes.emplace(tensor.codec->dtype, static_cast<std::uint32_t>(tensor.shape.rows()),
                     static_cast<std::uint32_t>(tensor.shape.row()));
  return shapes;
}

struct Limits {
  double bandwidth;                           // bytes a second
  std::array<double, kernels::kDtypes> peak;  // multiplications a second, by Dtype
};

Result<Limits> measure_limits(const Device& device) {
  Limits limits{};
  ASHLAR_ASSIGN(limits.bandwidth, kernels::read_bandwidth(device));
  for (const tensor::Codec& codec : tensor::codecs()) {
    ASHLAR_ASSIGN(limits.peak[static_cast<std::size_t>(codec.dtype)],
                  kernels::peak(device, codec.dtype));
  }
  return limits;
}

Result<Json> measure_linear(const Device& device, const Limits& limits, const Shape& shape,
                            std::uint32_t rows) {
  const auto& [dtype, outputs, width] = shape;
  ASHLAR_ASSIGN(const auto timing, kernels::time_linear(device, dtype, outputs, width, rows));
  const auto bytes = static_cast<double>(timing.bytes);
  const auto macs = static_cast<double>(timing.multiplications);
  const double least =
      std::max(bytes / limits.bandwidth, macs / limits.peak[static_cast<std::size_t>(dtype)]);
  return Json{{"type", tensor::codec_of(dtype).name},
              {"outputs", outputs},
              {"width", width},
              {"rows", rows},
              {"bytes", timing.bytes},
              {"macs", timing.multiplications},
              {"gb_s", bytes / timing.seconds / 1e9},
              {"gmac_s", macs / timing.seconds / 1e9},
              {"of_limit", least / timing.seconds}};
}

}  // namespace

Result<Json> measure_roofline(const formats::Gguf& file, const kernels::KernelTable& kernels,
                              base::ThreadPool& pool) {
  const Device device{&kernels, &pool};
  ProgressLine progress;
  progress.show("memory and arithmetic");
  ASHLAR_ASSIGN(const Limits limits, measure_limits(device));
  Json int8 = Json::object(), linears = Json::array();
  for (const tensor::Codec& codec : tensor::codecs())
    if (kernels.int8[static_cast<std::size_t>(codec.dtype)])
      int8[std::string(codec.name)] = limits.peak[static_cast<std::size_t>(codec.dtype)] / 1e9;
  for (const Shape& shape : shapes_of(file))
    for (const std::uint32_t rows : {1u, 16u, 256u}) {
      progress.show(fmt::format("{} × {}, {} rows", std::get<1>(shape), std::get<2>(shape), rows));
      ASHLAR_ASSIGN(Json line, measure_linear(device, limits, shape, rows));
      linears.push_back(std::move(line));
    }
  return Json{{"threads", pool.size()},
              {"kernels", kernels.name},
              {"read_gb_s", limits.bandwidth / 1e9},
              {"f32_gmac_s", limits.peak[static_cast<std::size_t>(Dtype::f32)] / 1e9},
              {"int8_gmac_s", int8},
              {"linears", linears}};
}

std::string roofline_table(const Json& r) {
  std::string text = fmt::format("{} kernels, {} threads: reads {:.1f} GB/s; f32 {:.0f} GMAC/s\n",
                                 r["kernels"].get<std::string>(), r["threads"].get<unsigned>(),
                                 r["read_gb_s"].get<double>(), r["f32_gmac_s"].get<double>());
  for (const auto& [type, peak] : r["int8_gmac_s"].items())
    text += fmt::format("{} dots {:.0f} GMAC/s\n", type, peak.get<double>());
  text += fmt::format("\n{:<6} {:>8} {:>7} {:>5} {:>10} {:>8} {:>8} {:>9}\n", "type", "outputs",
                      "width", "rows", "bytes", "GB/s", "GMAC/s", "of limit");
  for (const Json& l : r["linears"])
    text += fmt::format("{:<6} {:>8} {:>7} {:>5} {:>10} {:>8.1f} {:>8.1f} {:>8.0f}%\n",
                        l["type"].get<std::string>(), l["outputs"].get<unsigned>(),
                        l["width"].get<unsigned>(), l["rows"].get<unsigned>(),
                        l["bytes"].get<std::uint64_t>(), l["gb_s"].get<double>(),
                        l["gmac_s"].get<double>(), 100 * l["of_limit"].get<double>());
  return text;
}

}  // namespace ashlar::cli
