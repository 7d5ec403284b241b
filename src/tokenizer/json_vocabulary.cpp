#include "tokenizer/json_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <unordered_set>

#include "formats/in_quotes.h"
#include "tokenizer/normalizer.h"

namespace ashlar::tokenizer {
namespace {

using formats::in_quotes;

constexpr std::uint64_t kMostGaps = 65'536;

// Gathers tokens by id.
class VocabularyReader {
 public:
  VocabularyReader(const JsonDocument& document, const JsonPlace& root, bool nfc)
      : document_(document), root_(root), nfc_(nfc) {}

  Result<JsonVocabulary> read() {
    ASHLAR_ASSIGN(const auto added, root_.find("added_tokens"));
    std::vector<JsonPlace> places;
    if (added) {
      ASHLAR_ASSIGN(places, added->items());
    }
    most_ids_ = 3 * (document_.vocabulary.size() + places.size()) + kMostGaps;
    most_ids_ = std::min<std::uint64_t>(most_ids_, std::numeric_limits<TokenId>::max());
    ASHLAR_TRY(read_model());
    for (const JsonPlace& place : places) ASHLAR_TRY(read_added(place));
    if (slots_.empty()) return root_.corrupt("a vocabulary of no tokens");
    for (const Slot& slot : slots_) out_.vocabulary.append(slot.spelling, slot.type, !slot.is_own);
    return std::move(out_);
  }

 private:
  struct Slot {
    std::string_view spelling;
    TokenType type = TokenType::unused;  // where nothing is
    bool taken = false;
    bool is_own = false;  // the model's, which merges may make
  };

  Status read_model() {
    out_.spellings.reserve(document_.vocabulary.size());
    for (const JsonDocument::Token& token : document_.vocabulary) {
      const auto place = [&] {
        return JsonPlace(document_.rest, root_.file(),
                         "/model/vocab" + pointer_part(token.spelling));
      };
      ASHLAR_TRY(take(token.spelling, token.id, TokenType::normal, place));
      slots_[token.id].is_own = true;
      const auto [entry, is_new] =
          out_.spellings.emplace(token.spelling, static_cast<TokenId>(token.id));
      if (!is_new)
        return place().corrupt(
            fmt::format("{} is token {} already", in_quotes(token.spelling), entry->second));
    }
    return {};
  }

  Status read_added(const JsonPlace& place) {
    ASHLAR_TRY(
        place.only({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"}));
    ASHLAR_ASSIGN(const std::string_view content, place.string("content"));
    ASHLAR_ASSIGN(const JsonPlace id_place, place.member("id"));
    ASHLAR_ASSIGN(const std::uint64_t id, id_place.whole());
    SpecialToken token;
    token.spelling = content;
    ASHLAR_ASSIGN(token.on_request, place.boolean_or("special", false));
    ASHLAR_ASSIGN(token.single_word, place.boolean_or("single_word", false));
    ASHLAR_ASSIGN(token.lstrip, place.boolean_or("lstrip", false));
    ASHLAR_ASSIGN(token.rstrip, place.boolean_or("rstrip", false));
    ASHLAR_ASSIGN(const bool normalized, place.boolean_or("normalized", !token.on_request));
    if (content.empty()) return place.corrupt("an added token without a spelling");
    if (!added_.insert(content).second)
      return place.corrupt(fmt::format("{} is added twice", in_quotes(content)));
    if (normalized && nfc_) {
      ASHLAR_ASSIGN(token.spelling, to_nfc(content, normalized_.emplace_back()));
    }
    ASHLAR_TRY(take_added(place, content, id, token));
    token.id = static_cast<TokenId>(id);
    (normalized ? out_.in_normalized : out_.in_text).push_back(std::move(token));
    return {};
  }

  // An added token may be one of the model's, which then is special or found by its spelling.
  Status take_added(const JsonPlace& place, std::string_view content, std::uint64_t id,
                    const SpecialToken& token) {
    const TokenType type = token.on_request ? TokenType::control : TokenType::user_defined;
    const auto own = out_.spellings.find(content);
    if (own == out_.spellings.end()) {
      if (token.spelling != content) content = normalized_.back();
      return take(content, id, type, [&] { return place; });
    }
    if (own->second != id)
      return place.corrupt(fmt::format("{} is token {} of the model's vocabulary, not {}",
                                       in_quotes(content), own->second, id));
    slots_[id].type = type;
    return {};
  }

  template <class PlaceOf>
  Status take(std::string_view spelling, std::uint64_t id, TokenType type, const PlaceOf& place) {
    if (id >= most_ids_)
      return place().corrupt(
          fmt::format("token id {}, where ids up to {} are expected", id, most_ids_ - 1));
    if (spelling.size() > kMaxSpellingBytes)
      return fail(
          ErrorKind::too_large,
          fmt::format("a token of {} bytes, the limit is {}", spelling.size(), kMaxSpellingBytes),
          place().where(), "remove the token");
    if (id >= slots_.size()) slots_.resize(id + 1);
    Slot& slot = slots_[id];
    if (slot.taken)
      return place().corrupt(fmt::format("token {} is {} already", id, in_quotes(slot.spelling)));
    slot.spelling = spelling;
    slot.type = type;
    slot.taken = true;
    return {};
  }

  const JsonDocument& document_;
  const JsonPlace& root_;
  bool nfc_;
  std::deque<std::string> normalized_;  // spellings that slots have views of
  std::uint64_t most_ids_ = 0;
  std::vector<Slot> slots_;  // by id
  std::unordered_set<std::string_view> added_;
  JsonVocabulary out_;
};

}  // namespace

Result<JsonVocabulary> read_vocabulary(const JsonDocument& document, const JsonPlace& root,
                                       bool nfc) {
  return VocabularyReader(document, root, nfc).read();
}

}  // namespace ashlar::tokenizer
