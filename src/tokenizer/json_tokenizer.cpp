// A tokenizer from a tokenizer.json. Source: Hugging Face's `tokenizers` 0.23, whose ids ours equal
// (docs/formats/tokenizer-json.md).
#include <fmt/format.h>

#include "base/file.h"
#include "formats/in_quotes.h"
#include "tokenizer/json_cutter.h"
#include "tokenizer/json_document.h"
#include "tokenizer/json_place.h"
#include "tokenizer/json_post_processor.h"
#include "tokenizer/json_vocabulary.h"
#include "tokenizer/tokenizer_state.h"

namespace ashlar::tokenizer {
namespace {

using formats::in_quotes;

constexpr std::size_t kMostBytes = 256u << 20;  // of a file
constexpr std::size_t kMostConfigBytes = 32u << 20;

// Is there neither null nor what stands for "not used"?
bool is_set(const base::Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_null() && value != 0;
}

Status check_version(const JsonPlace& root) {
  ASHLAR_ASSIGN(const auto version, root.find("version"));
  if (!version) return {};
  ASHLAR_ASSIGN(const std::string_view text, version->string());
  if (text == "1.0") return {};
  return version->unsupported(fmt::format("version {} is not known", in_quotes(text)));
}

Status check_model(const JsonPlace& model) {
  ASHLAR_ASSIGN(const std::string_view type, model.type());
  if (type != "BPE")
    return model.unsupported(fmt::format("the model {} is not supported", in_quotes(type)));
  ASHLAR_TRY(model.only({"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
                         "fuse_unk", "byte_fallback", "ignore_merges"}));
  for (const std::string_view key :
       {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback"}) {
    ASHLAR_ASSIGN(const auto field, model.find(key));
    if (field && is_set(field->value()))
      return field->unsupported(fmt::format("{} is not supported", in_quotes(key)));
  }
  return {};
}

// ByteLevel turns ids back into the bytes that went in; no other is known to fit.
Status check_decoder(const JsonPlace& root) {
  ASHLAR_ASSIGN(const auto decoder, root.find("decoder"));
  if (!decoder) return root.unsupported("byte-level BPE without the decoder ByteLevel");
  ASHLAR_ASSIGN(const std::string_view type, decoder->type());
  if (type != "ByteLevel")
    return decoder->unsupported(fmt::format("the decoder {} is not supported", in_quotes(type)));
  return decoder->only({"add_prefix_space", "trim_offsets", "use_regex"});
}

// Whether texts are normalized, to NFC.
Result<bool> read_normalizer(const JsonPlace& place) {
  ASHLAR_ASSIGN(const std::string_view type, place.type());
  if (type == "NFC") {
    ASHLAR_TRY(place.only({}));
    return true;
  }
  if (type != "Sequence")
    return place.unsupported(fmt::format("the normalizer {} is not supported", in_quotes(type)));
  ASHLAR_TRY(place.only({"normalizers"}));
  ASHLAR_ASSIGN(const JsonPlace list, place.member("normalizers"));
  ASHLAR_ASSIGN(const auto items, list.items());
  bool nfc = false;
  for (const JsonPlace& item : items) {
    ASHLAR_ASSIGN(const bool one, read_normalizer(item));
    nfc |= one;
  }
  return nfc;
}

Result<Merges> read_merges(const JsonDocument& document, const JsonVocabulary& tokens,
                           const JsonPlace& model) {
  if (!document.has_merges) return model.corrupt("\"merges\" is missing");
  const MergePlace place{fmt::format("{}: /model/merges/", model.file()), "", "get the file anew"};
  std::vector<SpelledMerge> spelled;
  spelled.reserve(document.merges.size());
  for (const JsonDocument::Merge& merge : document.merges) {
    const auto split =
        merge.apart ? SpelledMerge{merge.left, merge.right} : split_merge(merge.left);
    if (!split)
      return place.wrong(spelled.size(),
                         in_quotes(merge.left) + " is not two tokens with a space between");
    spelled.push_back(*split);
  }
  return Merges::from_spelled(spelled, tokens.spellings, tokens.vocabulary, place);
}

Result<std::optional<Bpe::Unknown>> read_unknown(const JsonPlace& model,
                                                 const SpellingIndex& spellings) {
  ASHLAR_ASSIGN(const bool fuse, model.boolean_or("fuse_unk", false));
  ASHLAR_ASSIGN(const auto place, model.find("unk_token"));
  if (!place) return std::nullopt;
  ASHLAR_ASSIGN(const std::string_view spelling, place->string());
  const auto found = spellings.find(spelling);
  if (found == spellings.end())
    return place->corrupt(fmt::format("{} is not a token of the model", in_quotes(spelling)));
  return Bpe::Unknown{found->second, fuse};
}

}  // namespace

// Puts the parts together.
class JsonTokenizer {
 public:
  JsonTokenizer(const JsonDocument& document, std::string_view where)
      : document_(document), root_(document.rest, where) {}

  Result<std::shared_ptr<const Tokenizer>> read(const SpecialSpellings& special) {
    ASHLAR_TRY(root_.only({"version", "added_tokens", "normalizer", "pre_tokenizer", "model",
                           "post_processor", "decoder"}));
    ASHLAR_TRY(check_version(root_));
    ASHLAR_ASSIGN(const JsonPlace model, root_.member("model"));
    ASHLAR_TRY(check_model(model));
    if (!document_.vocabulary_is_map) return model.corrupt("\"vocab\" is missing or no object");
    ASHLAR_ASSIGN(const auto normalizer, root_.find("normalizer"));
    bool nfc = false;
    if (normalizer) {
      ASHLAR_ASSIGN(nfc, read_normalizer(*normalizer));
    }
    ASHLAR_ASSIGN(WordCutter cutter, read_cutter(root_));
    ASHLAR_TRY(check_decoder(root_));
    ASHLAR_TRY(read_tokens(model, nfc));
    state_->cutter = std::move(cutter);
    ASHLAR_ASSIGN(auto around, read_post_processor(root_, state_->vocabulary.size()));
    state_->prefix = std::move(around.prefix);
    state_->suffix = std::move(around.suffix);
    ASHLAR_ASSIGN(state_->ids.bos, role(special.bos, "bos_token"));
    ASHLAR_ASSIGN(state_->ids.eos, role(special.eos, "eos_token"));
    state_->ids.endings[0] = state_->ids.eos;
    return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state_)));
  }

 private:
  Status read_tokens(const JsonPlace& model, bool nfc) {
    ASHLAR_ASSIGN(JsonVocabulary tokens, read_vocabulary(document_, root_, nfc));
    ASHLAR_ASSIGN(Merges merges, read_merges(document_, tokens, model));
    ASHLAR_ASSIGN(const auto unknown, read_unknown(model, tokens.spellings));
    ASHLAR_ASSIGN(const bool ignore_merges, model.boolean_or("ignore_merges", false));
    Bpe bpe(byte_tokens(tokens.spellings, tokens.vocabulary), std::move(merges), unknown);
    state_ = std::make_unique<Tokenizer::State>(std::move(tokens.vocabulary), std::move(bpe),
                                                SpecialTokens(std::move(tokens.in_text)));
    state_->normalized_tokens = SpecialTokens(std::move(tokens.in_normalized));
    state_->nfc = nfc;
    if (ignore_merges) state_->keep_whole_words(tokens.spellings);
    return {};
  }

  // A token that a tokenizer_config.json names.
  Result<std::optional<TokenId>> role(const std::optional<std::string>& spelling,
                                      std::string_view key) const {
    if (!spelling) return std::nullopt;
    auto id = state_->special_tokens.find(*spelling);
    if (!id) id = state_->normalized_tokens.find(*spelling);
    if (id) return id;
    return fail(ErrorKind::corrupt,
                fmt::format("the {} {} is not an added token", key, in_quotes(*spelling)),
                root_.where(), "make tokenizer_config.json fit");
  }

  const JsonDocument& document_;
  JsonPlace root_;
  std::unique_ptr<Tokenizer::State> state_;
};

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_json(std::string_view text,
                                                              std::string_view where,
                                                              const SpecialSpellings& special) {
  ASHLAR_ASSIGN(const JsonDocument document, parse_document(text, where));
  return JsonTokenizer(document, where).read(special);
}

namespace {

// "bos_token": "<s>" or {"content": "<s>", …}
Result<std::optional<std::string>> read_spelling(const JsonPlace& root, std::string_view key) {
  ASHLAR_ASSIGN(const auto place, root.find(key));
  if (!place) return std::nullopt;
  if (place->value().is_object()) {
    ASHLAR_ASSIGN(const std::string_view content, place->string("content"));
    return std::string(content);
  }
  ASHLAR_ASSIGN(const std::string_view spelling, place->string());
  return std::string(spelling);
}

Result<SpecialSpellings> read_config(const std::filesystem::path& path) {
  std::error_code error;
  SpecialSpellings special;
  if (!std::filesystem::exists(path, error)) return special;
  const std::string where = path.string();
  ASHLAR_ASSIGN(const std::string text, base::read_file(path, kMostConfigBytes));
  ASHLAR_ASSIGN(const base::Json json, base::parse_json(text, where));
  const JsonPlace root(json, where);
  ASHLAR_ASSIGN(special.bos, read_spelling(root, "bos_token"));
  ASHLAR_ASSIGN(special.eos, read_spelling(root, "eos_token"));
  return special;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::open_json(const std::filesystem::path& path) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  const std::filesystem::path file = is_folder ? path / "tokenizer.json" : path;
  ASHLAR_ASSIGN(const SpecialSpellings special,
                read_config(file.parent_path() / "tokenizer_config.json"));
  ASHLAR_ASSIGN(const std::string text, base::read_file(file, kMostBytes));
  return from_json(text, file.string(), special);
}

}  // namespace ashlar::tokenizer
