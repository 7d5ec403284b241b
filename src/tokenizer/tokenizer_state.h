// What a tokenizer is made of, whichever file it was read from, and the way of a text through it.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tokenizer/bpe.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/special_tokens.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/word_cutter.h"

namespace ashlar::tokenizer {

// The token of every byte. A special token that happens to be spelled as a byte is not that byte's.
Bpe::ByteTokens byte_tokens(const SpellingIndex& ids, const Vocabulary& vocabulary);

struct Tokenizer::State {
  State(Vocabulary tokens, Bpe merger, SpecialTokens special)
      : vocabulary(std::move(tokens)),
        bpe(std::move(merger)),
        special_tokens(std::move(special)),
        normalized_tokens(std::vector<SpecialToken>{}) {}

  // Fills whole_words: the words that are tokens as they are, of `ids`.
  void keep_whole_words(const SpellingIndex& spellings);

  // Appends the text's tokens, without what is put around it.
  Status encode(std::string_view text, const EncodeOptions& options, Encoding& out) const;
  // Appends the tokens of a word of the cutter's; returns how many bytes give none.
  std::size_t append_word(std::string_view word, std::vector<TokenId>& ids) const;
  // For Tokenizer::settled().
  std::string_view plain_start(std::string_view text, FollowingBytes& next) const;
  std::optional<std::vector<std::size_t>> borders_of(std::string_view before, std::string_view text,
                                                     std::string_view behind) const;

  Vocabulary vocabulary;
  Bpe bpe;
  WordCutter cutter;
  SpecialTokens special_tokens;     // looked for in the text
  SpecialTokens normalized_tokens;  // looked for in what normalizing makes of it
  bool nfc = false;
  bool has_whole_words = false;
  std::unordered_map<std::string_view, TokenId> whole_words;  // views of `vocabulary`
  SpecialIds ids;
  std::vector<TokenId> prefix, suffix;  // what is put around a text

 private:
  Status encode_between(std::string_view text, TextRange range, const EncodeOptions& options,
                        Encoding& out) const;
  Status encode_normalized(std::string_view text, const EncodeOptions& options,
                           Encoding& out) const;
  Status encode_plain(std::string_view text, Encoding& out) const;
};

}  // namespace ashlar::tokenizer
