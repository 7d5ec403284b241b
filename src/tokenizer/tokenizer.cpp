#include "tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/in_quotes.h"
#include "tokenizer/bpe.h"
#include "tokenizer/byte_level.h"
#include "tokenizer/merges.h"
#include "tokenizer/pretokenizer.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/special_tokens.h"
#include "tokenizer/vocabulary.h"

namespace ashlar::tokenizer {
namespace {

constexpr std::string_view kModel = "tokenizer.ggml.model", kPre = "tokenizer.ggml.pre",
                           kSpacePrefix = "tokenizer.ggml.add_space_prefix";

std::string place(const formats::Gguf& file, std::string_view key) {
  return fmt::format("{}: {}", file.where(), key);
}

// Byte-level BPE is the only kind there is so far.
Status check_model(const formats::Gguf& file) {
  ASHLAR_ASSIGN(const std::string_view model, file.string(kModel));
  if (model != "gpt2")
    return fail(ErrorKind::unsupported,
                fmt::format("the tokenizer model {} is not known", formats::in_quotes(model)),
                place(file, kModel), "use a model with byte-level BPE ('gpt2')");
  ASHLAR_ASSIGN(const bool space_prefix, file.boolean_or(kSpacePrefix, false));
  if (space_prefix)
    return fail(ErrorKind::unsupported, "a space before every text is not supported",
                place(file, kSpacePrefix), "use a model without it");
  return {};
}

Result<WordEnd> read_pretokenizer(const formats::Gguf& file) {
  ASHLAR_ASSIGN(const std::string_view name, file.string(kPre));
  return find_pretokenizer(name, place(file, kPre));
}

// A special token that happens to be spelled as a byte is not that byte's token.
Bpe::ByteTokens byte_tokens(const SpellingIndex& ids, const Vocabulary& vocabulary) {
  Bpe::ByteTokens tokens;
  for (std::size_t byte = 0; byte < tokens.size(); ++byte) {
    const char as_text = static_cast<char>(byte);
    const auto found = ids.find(spelling_of_bytes({&as_text, 1}));
    if (found != ids.end() && !is_special(vocabulary.type_of(found->second)))
      tokens[byte] = found->second;
  }
  return tokens;
}

}  // namespace

struct Tokenizer::State {
  State(Vocabulary tokens, WordEnd pretokenizer, Bpe merger, const SpecialIds& special_ids)
      : vocabulary(std::move(tokens)),
        word_end(pretokenizer),
        bpe(std::move(merger)),
        ids(special_ids),
        special_tokens(vocabulary) {}

  Vocabulary vocabulary;
  WordEnd word_end;
  Bpe bpe;
  SpecialIds ids;
  SpecialTokens special_tokens;  // views of `vocabulary`

  // Text without special tokens.
  void encode_plain(std::string_view text, Encoding& out) const {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = word_end(text, at);
      out.dropped_bytes += bpe.encode(text.substr(at, end - at), out.ids);
      at = end;
    }
  }
};

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_gguf(const formats::Gguf& file) {
  ASHLAR_TRY(check_model(file));
  ASHLAR_ASSIGN(const WordEnd word_end, read_pretokenizer(file));
  ASHLAR_ASSIGN(Vocabulary vocabulary, Vocabulary::from_gguf(file));
  ASHLAR_ASSIGN(const SpellingIndex ids, index_spellings(file));
  ASHLAR_ASSIGN(Merges merges, Merges::from_gguf(file, ids, vocabulary));
  ASHLAR_ASSIGN(const SpecialIds special, SpecialIds::from_gguf(file, vocabulary.size()));
  Bpe bpe(byte_tokens(ids, vocabulary), std::move(merges));
  auto state = std::make_unique<State>(std::move(vocabulary), word_end, std::move(bpe), special);
  return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state)));
}

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  return encode_with_losses(text, options).ids;
}

Encoding Tokenizer::encode_with_losses(std::string_view text, const EncodeOptions& options) const {
  const SpecialIds& special = state_->ids;
  Encoding out;
  if (options.add_special && special.add_bos) out.ids.push_back(*special.bos);
  std::size_t at = 0;
  while (const auto match = state_->special_tokens.next(text, at, options)) {
    state_->encode_plain(text.substr(at, match->begin - at), out);
    out.ids.push_back(match->id);
    at = match->end;
  }
  state_->encode_plain(text.substr(at), out);
  if (options.add_special && special.add_eos) out.ids.push_back(*special.eos);
  return out;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string bytes;
  for (const TokenId id : ids)
    if (!skip_special || !is_special(id)) bytes += bytes_of(id);
  return bytes;
}

std::size_t Tokenizer::size() const {
  return state_->vocabulary.size();
}

std::string_view Tokenizer::bytes_of(TokenId id) const {
  return state_->vocabulary.bytes_of(id);
}

bool Tokenizer::is_special(TokenId id) const {
  return tokenizer::is_special(state_->vocabulary.type_of(id));
}

bool Tokenizer::ends_generation(TokenId id) const {
  return std::ranges::find(state_->ids.endings, std::optional(id)) != state_->ids.endings.end();
}

std::optional<TokenId> Tokenizer::bos() const {
  return state_->ids.bos;
}

std::optional<TokenId> Tokenizer::eos() const {
  return state_->ids.eos;
}

std::optional<TokenId> Tokenizer::find(std::string_view spelling) const {
  return state_->special_tokens.find(spelling);
}

}  // namespace ashlar::tokenizer
