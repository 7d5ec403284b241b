// A tokenizer.json, then perhaps a line feed, two dashes, another, and a text. A file that is
// refused says where and what to do; one that is accepted encodes and decodes within its own
// bounds, in every mode, or gives out with an error.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "tokenizer/tokenizer.h"

namespace {

using namespace ashlar;
using tokenizer::Encoding;
using tokenizer::TokenId;
using tokenizer::Tokenizer;

constexpr std::string_view kBorder = "\n--\n";
constexpr std::size_t kMostText = 256;  // else a pattern that doubles its work takes too long

void require(bool promise) {
  if (!promise) std::abort();
}

void check_text(const Tokenizer& tokenizer, std::string_view text) {
  const std::array literal{tokenizer::TextRange{text.size() / 3, text.size() / 2}};
  for (const bool parse : {false, true}) {
    const Encoding encoding =
        tokenizer.encode_with_losses(text, {.parse_special = parse, .literal = literal});
    for (const TokenId id : encoding.ids) require(id < tokenizer.size());
    if (encoding.failure) require(!encoding.failure->where.empty());
    const std::string back = tokenizer.decode(encoding.ids, false);
    require(tokenizer.decode(encoding.ids, true).size() <= back.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t border = input.find(kBorder);
  const auto loaded = Tokenizer::from_json(input.substr(0, border), "fuzz");
  if (!loaded) {
    require(loaded.error().where.starts_with("fuzz") && !loaded.error().mend.empty());
    return 0;
  }
  std::string text;
  for (TokenId id = 0; id < (*loaded)->size() && text.size() < kMostText; ++id)
    text += (*loaded)->bytes_of(id);
  if (border != std::string_view::npos) text = input.substr(border + kBorder.size());
  check_text(**loaded, base::repair_utf8(text.substr(0, kMostText)).text);
  return 0;
}
