// A template and its variables: what stands before the first zero byte is the source, what follows
// is JSON. Limits are small, so that an input that runs for ever is found as such.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "chat/template.h"

using namespace ashlar;

namespace {

constexpr chat::RenderLimits kLimits{.steps = 20'000, .depth = 64, .output_bytes = 1 << 16};

class StoppedClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point now() const override { return {}; }
};

// What every caller counts on.
void check(const chat::Rendered& rendered) {
  std::size_t at = 0;
  for (const chat::InputRange& range : rendered.input) {
    if (range.begin < at || range.end <= range.begin) std::abort();
    at = range.end;
  }
  if (at > rendered.text.size() || rendered.text.size() > kLimits.output_bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = std::min(input.find('\0'), size);
  const auto variables = base::parse_json(input.substr(std::min(zero + 1, size)), "variables");
  const auto compiled = chat::Template::compile(input.substr(0, zero), "template");
  if (!compiled) return 0;
  const auto rendered =
      compiled->render(variables && variables->is_object() ? *variables : base::Json::object(),
                       {{"bos_token", "<s>"}}, StoppedClock(), kLimits);
  if (rendered) check(*rendered);
  return 0;
}
