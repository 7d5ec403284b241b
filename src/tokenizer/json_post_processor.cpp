// Source: the processors of Hugging Face's `tokenizers` 0.23 (processors/*.rs).
#include "tokenizer/json_post_processor.h"

#include <fmt/format.h>

#include "formats/in_quotes.h"

namespace ashlar::tokenizer {
namespace {

using formats::in_quotes;

class PostProcessorReader {
 public:
  explicit PostProcessorReader(std::size_t vocabulary) : vocabulary_(vocabulary) {}

  Status read(const JsonPlace& place) {
    ASHLAR_ASSIGN(const std::string_view type, place.type());
    if (type == "Sequence") return read_sequence(place);
    if (type == "TemplateProcessing") return read_template(place);
    if (type == "BertProcessing" || type == "RobertaProcessing") return read_pair(place);
    if (type == "ByteLevel") return place.only({"add_prefix_space", "trim_offsets", "use_regex"});
    return place.unsupported(
        fmt::format("the post-processor {} is not supported", in_quotes(type)));
  }

  Surroundings finish() { return std::move(out_); }

 private:
  // A second one would work on the parts that the first put together, in ways of its own.
  Status put_around(const JsonPlace& place, Surroundings more) {
    if (has_added_)
      return place.unsupported("a second post-processor that adds tokens is not supported");
    has_added_ = true;
    out_ = std::move(more);
    return {};
  }

  Status read_sequence(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"processors"}));
    ASHLAR_ASSIGN(const JsonPlace list, place.member("processors"));
    ASHLAR_ASSIGN(const auto items, list.items());
    for (const JsonPlace& item : items) ASHLAR_TRY(read(item));
    return {};
  }

  Status read_template(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"single", "pair", "special_tokens"}));
    ASHLAR_ASSIGN(const JsonPlace single, place.member("single"));
    ASHLAR_ASSIGN(const auto parts, single.items());
    ASHLAR_ASSIGN(const JsonPlace tokens, place.member("special_tokens"));
    Surroundings more;
    std::size_t texts = 0;
    for (const JsonPlace& part : parts) {
      ASHLAR_ASSIGN(const auto special, part.find("SpecialToken"));
      if (special) {
        ASHLAR_TRY(append_special(*special, tokens, texts == 0 ? more.prefix : more.suffix));
        continue;
      }
      ASHLAR_ASSIGN(const JsonPlace sequence, part.member("Sequence"));
      ASHLAR_ASSIGN(const std::string_view id, sequence.string("id"));
      if (id != "A" || ++texts > 1)
        return sequence.unsupported("a template that isn't one text is not supported");
    }
    if (texts == 0) return single.unsupported("a template without the text is not supported");
    return put_around(place, std::move(more));
  }

  Status append_special(const JsonPlace& part, const JsonPlace& tokens, std::vector<TokenId>& ids) {
    ASHLAR_ASSIGN(const std::string_view name, part.string("id"));
    ASHLAR_ASSIGN(const auto token, tokens.find(name));
    if (!token) return part.corrupt(fmt::format("{} is no special token", in_quotes(name)));
    ASHLAR_ASSIGN(const JsonPlace list, token->member("ids"));
    ASHLAR_ASSIGN(const auto items, list.items());
    for (const JsonPlace& item : items) {
      ASHLAR_ASSIGN(const TokenId id, read_id(item));
      ids.push_back(id);
    }
    return {};
  }

  // "cls" and "sep": ["[CLS]", 101]
  Status read_pair(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"sep", "cls", "trim_offsets", "add_prefix_space"}));
    Surroundings more;
    ASHLAR_TRY(append_named(place, "cls", more.prefix));
    ASHLAR_TRY(append_named(place, "sep", more.suffix));
    return put_around(place, std::move(more));
  }

  Status append_named(const JsonPlace& place, std::string_view key, std::vector<TokenId>& ids) {
    ASHLAR_ASSIGN(const JsonPlace pair, place.member(key));
    ASHLAR_ASSIGN(const auto items, pair.items());
    if (items.size() != 2) return pair.corrupt("this is not a token and its id");
    ASHLAR_ASSIGN(const TokenId id, read_id(items[1]));
    ids.push_back(id);
    return {};
  }

  Result<TokenId> read_id(const JsonPlace& place) const {
    ASHLAR_ASSIGN(const std::uint64_t id, place.whole());
    if (id >= vocabulary_)
      return place.corrupt(fmt::format("token id {} in a vocabulary of {}", id, vocabulary_));
    return static_cast<TokenId>(id);
  }

  std::size_t vocabulary_;
  bool has_added_ = false;
  Surroundings out_;
};

}  // namespace

Result<Surroundings> read_post_processor(const JsonPlace& root, std::size_t vocabulary) {
  PostProcessorReader reader(vocabulary);
  ASHLAR_ASSIGN(const auto place, root.find("post_processor"));
  if (place) ASHLAR_TRY(reader.read(*place));
  return reader.finish();
}

}  // namespace ashlar::tokenizer
