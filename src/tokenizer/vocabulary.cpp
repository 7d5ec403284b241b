#include "tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <limits>

#include "base/utf8.h"
#include "formats/in_quotes.h"
#include "tokenizer/byte_level.h"

namespace ashlar::tokenizer {
namespace {

constexpr std::string_view kTokens = "tokenizer.ggml.tokens", kTypes = "tokenizer.ggml.token_type";

std::string place(const formats::Gguf& file, std::string_view key, std::size_t index) {
  return fmt::format("{}: {}[{}]", file.where(), key, index);
}

// The file's types, or all normal where it has none.
Result<std::vector<std::int64_t>> read_types(const formats::Gguf& file, std::size_t tokens) {
  if (!file.find(kTypes)) return std::vector<std::int64_t>(tokens, 1);
  ASHLAR_ASSIGN(auto types, file.integers(kTypes));
  if (types.size() != tokens)
    return fail(ErrorKind::corrupt,
                fmt::format("{} token types for {} tokens", types.size(), tokens),
                fmt::format("{}: {}", file.where(), kTypes), "convert the model anew");
  return types;
}

}  // namespace

Result<Vocabulary> Vocabulary::from_gguf(const formats::Gguf& file) {
  ASHLAR_ASSIGN(const auto spellings, file.strings(kTokens));
  if (spellings.empty() || spellings.size() >= std::numeric_limits<TokenId>::max())
    return fail(ErrorKind::corrupt, fmt::format("a vocabulary of {} tokens", spellings.size()),
                fmt::format("{}: {}", file.where(), kTokens), "convert the model anew");
  ASHLAR_ASSIGN(const auto types, read_types(file, spellings.size()));
  Vocabulary vocabulary;
  for (std::size_t i = 0; i < spellings.size(); ++i)
    ASHLAR_TRY(vocabulary.add(spellings[i], types[i], file));
  return vocabulary;
}

Status Vocabulary::add(std::string_view spelling, std::int64_t type, const formats::Gguf& file) {
  const std::size_t id = size();
  if (spelling.size() > kMaxSpellingBytes)
    return fail(
        ErrorKind::too_large,
        fmt::format("a token of {} bytes, the limit is {}", spelling.size(), kMaxSpellingBytes),
        place(file, kTokens, id), "remove the token");
  if (!base::is_utf8(spelling))
    return fail(ErrorKind::corrupt, "a token that is not UTF-8", place(file, kTokens, id),
                "convert the model anew");
  if (type < 1 || type > 5)
    return fail(type == 6 ? ErrorKind::unsupported : ErrorKind::corrupt,
                fmt::format("token type {} in a byte-level vocabulary", type),
                place(file, kTypes, id), "use types 1 to 5");
  // What was added by hand may be spelled as it is.
  append(spelling, static_cast<TokenType>(type), type != 1);
  return {};
}

void Vocabulary::append(std::string_view spelling, TokenType type, bool as_it_is) {
  types_.push_back(type);
  const auto bytes = as_it_is ? std::nullopt : bytes_of_spelling(spelling);
  bytes_ += bytes ? std::string_view(*bytes) : spelling;
  ends_.push_back(bytes_.size());
}

Result<SpellingIndex> index_spellings(const formats::Gguf& file) {
  ASHLAR_ASSIGN(const auto spellings, file.strings(kTokens));
  SpellingIndex index(spellings.size());
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    if (spellings[i].empty()) continue;
    const auto [entry, is_new] = index.emplace(spellings[i], static_cast<TokenId>(i));
    if (!is_new)
      return fail(
          ErrorKind::corrupt,
          fmt::format("{} is token {} already", formats::in_quotes(spellings[i]), entry->second),
          place(file, kTokens, i), "give every token its own spelling");
  }
  return index;
}

}  // namespace ashlar::tokenizer
