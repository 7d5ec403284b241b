#include "tokenizer/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace ashlar::tokenizer {
namespace {

// Every character below U+0300 is composed already, and nothing composes with it: lead bytes below
// CC (UAX #15, NFC_Quick_Check).
bool is_nfc_at_a_glance(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0xCC; });
}

}  // namespace

Result<std::string_view> to_nfc(std::string_view text, std::string& buffer) {
  if (is_nfc_at_a_glance(text)) return text;
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, std::free);
  if (length < 0)
    return fail(ErrorKind::exhausted,
                std::string("the text can't be normalized: ") + utf8proc_errmsg(length), "text",
                "send a shorter text");
  buffer.assign(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
  return std::string_view(buffer);
}

}  // namespace ashlar::tokenizer
