// A prompt's spec: the first byte chooses the format, the rest is the document. What is read is
// written as JSON, and that is the same spec; it can be checked, compared and rendered, or says why
// not.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "formats/document.h"
#include "prompt/diff.h"
#include "prompt/identity.h"
#include "prompt/lint.h"
#include "prompt/render.h"

using namespace ashlar;

namespace {

void check(const Error& error) {
  if (error.message.empty() || error.where.empty()) std::abort();
}

formats::DocumentKind kind_of(std::uint8_t byte) {
  switch (byte) {
    case 'j': return formats::DocumentKind::json;
    case 't': return formats::DocumentKind::toml;
    default: return formats::DocumentKind::yaml;
  }
}

// Templates may run for their two million steps: long, and no fault.
bool is_short(const prompt::PromptSpec& spec) {
  return spec.user.find("{%") == std::string::npos &&
         (!spec.system || spec.system->find("{%") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto json = formats::read_document(text, kind_of(data[0]), "d");
  if (!json) {
    check(json.error());
    if (json.error().mend.empty()) std::abort();
    return 0;
  }
  if (formats::size_of(*json).values > formats::kMostDocumentValues) std::abort();
  const auto spec = prompt::parse_spec(*json);
  if (!spec) {
    check(spec.error());
    return 0;
  }
  const auto again = prompt::parse_spec(prompt::json_of(*spec));
  if (!again || prompt::content_hash(*again) != prompt::content_hash(*spec)) std::abort();
  if (!prompt::diff(*spec, *again).empty()) std::abort();
  (void)prompt::lint(*spec);
  if (!is_short(*spec)) return 0;
  const auto messages = prompt::render_messages(*spec, base::Json::object());
  if (!messages) check(messages.error());
  return 0;
}
