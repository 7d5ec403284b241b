// The first byte picks what the rest is. Odd: a text for a small vocabulary of our own, which must
// come back, streamed too. Even: a vocabulary, a token or a merge a line; one that is accepted must
// encode and decode within its own bounds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../tests/support/gguf_builder.h"
#include "base/utf8.h"
#include "formats/gguf.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/tokenizer.h"

namespace {

using namespace ashlar;
using tokenizer::TokenId;
using tokenizer::Tokenizer;

void require(bool promise) {
  if (!promise) std::abort();
}

struct Lists {
  std::vector<std::string> tokens, merges;
  std::vector<std::int32_t> types;

  void add(std::string spelling, std::int32_t type) {
    tokens.push_back(std::move(spelling));
    types.push_back(type);
  }
};

Result<std::shared_ptr<const Tokenizer>> load(const Lists& lists, bool digits_apart) {
  const std::string file = test::GgufBuilder()
                               .string("tokenizer.ggml.model", "gpt2")
                               .string("tokenizer.ggml.pre", digits_apart ? "smollm" : "gpt-2")
                               .strings("tokenizer.ggml.tokens", lists.tokens)
                               .i32s("tokenizer.ggml.token_type", lists.types)
                               .strings("tokenizer.ggml.merges", lists.merges)
                               .u32("tokenizer.ggml.bos_token_id", 0)
                               .boolean("tokenizer.ggml.add_bos_token", true)
                               .build();
  ASHLAR_ASSIGN(const auto gguf, formats::Gguf::parse(test::bytes_of(file), "fuzz"));
  return Tokenizer::from_gguf(gguf);
}

std::shared_ptr<const Tokenizer> built_in(bool digits_apart) {
  Lists lists;
  lists.add("<|start|>", 3);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char as_text = static_cast<char>(byte);
    lists.add(tokenizer::spelling_of_bytes({&as_text, 1}), 1);
  }
  for (const char* merge : {"a a", "aa aa", "Ġ a", "Ã ©", "t h", "th e", "1 2", "Ġ Ġ"}) {
    lists.merges.emplace_back(merge);
    std::string result = merge;
    result.erase(result.find(' '), 1);
    lists.add(result, 1);
  }
  lists.add("<|start|>>", 3);
  lists.add("<tool>", 4);
  return *load(lists, digits_apart);
}

void check_stream(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  tokenizer::StreamDecoder decoder(tokenizer);
  std::string streamed;
  for (const TokenId id : ids) {
    const std::string piece = decoder.push(id);
    require(base::is_utf8(piece));
    streamed += piece;
  }
  streamed += decoder.finish();
  require(streamed == base::repair_utf8(tokenizer.decode(ids)).text);
}

void check_text(std::string_view bytes, bool digits_apart) {
  static const std::shared_ptr<const Tokenizer> tokenizers[] = {built_in(false), built_in(true)};
  const Tokenizer& tokenizer = *tokenizers[digits_apart];
  const std::string text = base::repair_utf8(bytes).text;
  const tokenizer::TextRange literal{text.size() / 3, text.size() / 2};
  tokenizer::EncodeOptions options{.add_special = false, .parse_special = false};
  require(tokenizer.decode(tokenizer.encode(text, options), false) == text);
  options.parse_special = true;
  check_stream(tokenizer, tokenizer.encode(text, options));
  options.literal = {&literal, 1};
  require(tokenizer.decode(tokenizer.encode(text, options), false) == text);

  std::vector<TokenId> ids;  // bytes as ids: half characters in any order
  for (const char byte : bytes) ids.push_back(static_cast<std::uint8_t>(byte));
  check_stream(tokenizer, ids);
}

// "T spelling" is a token of type T, "+a b" a merge.
void check_vocabulary(std::string_view text) {
  Lists lists;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with('+'))
      lists.merges.emplace_back(line.substr(1));
    else if (line.size() >= 2)
      lists.add(std::string(line.substr(2)), line[0] - '0');
  }
  const auto loaded = load(lists, false);
  if (!loaded) {
    require(!loaded.error().where.empty() && !loaded.error().mend.empty());
    return;
  }
  std::string all;
  for (TokenId id = 0; id < (*loaded)->size(); ++id) all += (*loaded)->bytes_of(id);
  all = base::repair_utf8(all).text;
  const auto ids = (*loaded)->encode(all, {.parse_special = true});
  for (const TokenId id : ids) require(id < (*loaded)->size());
  check_stream(**loaded, ids);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1)
    check_text(rest, data[0] & 2);
  else
    check_vocabulary(rest);
  return 0;
}
