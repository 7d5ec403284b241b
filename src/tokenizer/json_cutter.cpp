// Source: the pre-tokenizers of Hugging Face's `tokenizers` 0.23 (pre_tokenizers/*.rs).
#include "tokenizer/json_cutter.h"

#include <fmt/format.h>

#include <array>

#include "formats/in_quotes.h"
#include "tokenizer/cl100k_words.h"
#include "tokenizer/regex.h"

namespace ashlar::tokenizer {
namespace {

using formats::in_quotes;

struct NamedBehavior {
  std::string_view name;
  SplitBehavior behavior;
};

constexpr std::array kBehaviors{
    NamedBehavior{"Isolated", SplitBehavior::isolated},
    NamedBehavior{"Removed", SplitBehavior::removed},
    NamedBehavior{"Contiguous", SplitBehavior::contiguous},
    NamedBehavior{"MergedWithPrevious", SplitBehavior::merged_with_previous},
    NamedBehavior{"MergedWithNext", SplitBehavior::merged_with_next},
};

Result<SplitBehavior> read_behavior(const JsonPlace& place) {
  ASHLAR_ASSIGN(const std::string_view name, place.string());
  for (const NamedBehavior& known : kBehaviors)
    if (known.name == name) return known.behavior;
  return place.corrupt(fmt::format("the behavior {} is not known", in_quotes(name)));
}

class CutterReader {
 public:
  Status read(const JsonPlace& place) {
    ASHLAR_ASSIGN(const std::string_view type, place.type());
    if (type == "Sequence") return read_sequence(place);
    if (ends_) return place.unsupported(fmt::format("{} behind ByteLevel", in_quotes(type)));
    if (type == "Split") return read_split(place);
    if (type == "Digits") return read_digits(place);
    if (type == "ByteLevel") return read_byte_level(place);
    return place.unsupported(fmt::format("the pre-tokenizer {} is not supported", in_quotes(type)));
  }

  Result<WordCutter> finish(const JsonPlace& root) {
    if (!ends_) return root.unsupported("BPE without the pre-tokenizer ByteLevel is not supported");
    return std::move(cutter_);
  }

 private:
  Status read_sequence(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"pretokenizers"}));
    ASHLAR_ASSIGN(const JsonPlace list, place.member("pretokenizers"));
    ASHLAR_ASSIGN(const auto items, list.items());
    for (const JsonPlace& item : items) ASHLAR_TRY(read(item));
    return {};
  }

  Status read_split(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"pattern", "behavior", "invert"}));
    ASHLAR_ASSIGN(const JsonPlace behavior_place, place.member("behavior"));
    ASHLAR_ASSIGN(const SplitBehavior behavior, read_behavior(behavior_place));
    ASHLAR_ASSIGN(const bool invert, place.boolean_or("invert", false));
    ASHLAR_ASSIGN(const JsonPlace pattern, place.member("pattern"));
    ASHLAR_TRY(pattern.only({"Regex", "String"}));
    ASHLAR_ASSIGN(const auto expression, pattern.find("Regex"));
    if (expression) return split_by(*expression, behavior, invert);
    ASHLAR_ASSIGN(const std::string_view text, pattern.string("String"));
    if (text.empty()) return pattern.unsupported("a split by an empty string is not supported");
    cutter_.then_split(literal_pattern(std::string(text)), behavior, invert);
    return {};
  }

  // A scanner's words follow each other without gaps, so that no match or no gap is left to remove.
  Status split_by(const JsonPlace& place, SplitBehavior behavior, bool invert) {
    ASHLAR_ASSIGN(const std::string_view expression, place.string());
    const bool keeps_matches =
        behavior == (invert ? SplitBehavior::removed : SplitBehavior::isolated);
    if (const auto scanner = scanner_for(expression); scanner && keeps_matches) {
      cutter_.then_scan(*scanner);
      return {};
    }
    ASHLAR_ASSIGN(auto regex, Regex::compile(expression, place.where()));
    cutter_.then_split(std::move(regex), behavior, invert);
    return {};
  }

  Status read_digits(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"individual_digits"}));
    ASHLAR_ASSIGN(const bool individual, place.boolean_or("individual_digits", false));
    cutter_.then_split(numeric_pattern(),
                       individual ? SplitBehavior::isolated : SplitBehavior::contiguous, false);
    return {};
  }

  // trim_offsets is about offsets, which we don't give.
  Status read_byte_level(const JsonPlace& place) {
    ASHLAR_TRY(place.only({"add_prefix_space", "trim_offsets", "use_regex"}));
    ASHLAR_ASSIGN(const bool space, place.boolean_or("add_prefix_space", true));
    ASHLAR_ASSIGN(const bool regex, place.boolean_or("use_regex", true));
    if (space) cutter_.then_prefix_space();
    if (regex) {
      ASHLAR_ASSIGN(const WordEnd gpt2, find_pretokenizer("gpt-2", place.where()));
      cutter_.then_scan(gpt2);
    }
    ends_ = true;
    return {};
  }

  WordCutter cutter_;
  bool ends_ = false;
};

}  // namespace

Result<WordCutter> read_cutter(const JsonPlace& root) {
  CutterReader reader;
  ASHLAR_ASSIGN(const auto place, root.find("pre_tokenizer"));
  if (place) ASHLAR_TRY(reader.read(*place));
  return reader.finish(place ? *place : root);
}

}  // namespace ashlar::tokenizer
