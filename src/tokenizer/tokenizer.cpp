#include "tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/in_quotes.h"
#include "tokenizer/merges.h"
#include "tokenizer/pretokenizer.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/tokenizer_state.h"

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

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_gguf(const formats::Gguf& file) {
  ASHLAR_TRY(check_model(file));
  ASHLAR_ASSIGN(const WordEnd word_end, read_pretokenizer(file));
  ASHLAR_ASSIGN(Vocabulary vocabulary, Vocabulary::from_gguf(file));
  ASHLAR_ASSIGN(const SpellingIndex ids, index_spellings(file));
  ASHLAR_ASSIGN(Merges merges, Merges::from_gguf(file, ids, vocabulary));
  ASHLAR_ASSIGN(const SpecialIds special, SpecialIds::from_gguf(file, vocabulary.size()));
  SpecialTokens tokens(vocabulary);
  Bpe bpe(byte_tokens(ids, vocabulary), std::move(merges));
  auto state = std::make_unique<State>(std::move(vocabulary), std::move(bpe), std::move(tokens));
  state->cutter.then_scan(word_end);
  state->ids = special;
  if (special.add_bos) state->prefix.push_back(*special.bos);
  if (special.add_eos) state->suffix.push_back(*special.eos);
  return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state)));
}

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  return encode_with_losses(text, options).ids;
}

Encoding Tokenizer::encode_with_losses(std::string_view text, const EncodeOptions& options) const {
  Encoding out;
  if (options.add_special) out.ids = state_->prefix;
  if (Status status = state_->encode(text, options, out); !status) {
    out.failure = std::move(status.error());
    return out;
  }
  const std::vector<TokenId>& suffix = state_->suffix;
  if (options.add_special) out.ids.insert(out.ids.end(), suffix.begin(), suffix.end());
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
  const auto found = state_->special_tokens.find(spelling);
  return found ? found : state_->normalized_tokens.find(spelling);
}

}  // namespace ashlar::tokenizer
