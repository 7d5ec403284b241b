// Text to token ids and back, as the model's file describes it. Immutable and safe to share between
// threads after loading.
//
// Special tokens are the file's control and unknown tokens: made from text only on request, not
// part of an answer's text. User-defined tokens are neither: their spelling is always that token,
// in literal ranges too, as Hugging Face's `tokenizers` and llama.cpp have it.
#pragma once

#include <bitset>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"

namespace ashlar::tokenizer {

using TokenId = std::uint32_t;

// A half-open byte range of the text.
struct TextRange {
  std::size_t begin, end;
};

struct EncodeOptions {
  bool add_special = true;     // BOS/EOS as the post-processor does
  bool parse_special = false;  // spellings of special tokens in the text become those tokens
  // With parse_special: no special token is recognized where it overlaps one of these ranges
  // (sorted, disjoint). This is how user text inside a rendered chat stays text. Merges do cross
  // the borders of ranges.
  std::span<const TextRange> literal = {};
};

struct Encoding {
  std::vector<TokenId> ids;
  // Bytes that the vocabulary has no token for and that give none, as in Hugging Face's
  // `tokenizers` without an unknown token. SmolLM2 lacks six control characters and bytes F1 and
  // F2.
  std::size_t dropped_bytes = 0;
  // `exhausted`: the tokenizer's regular expression gave out on this text, and ids end there. Never
  // with a GGUF file's tokenizer, which has none.
  std::optional<Error> failure = {};
};

// What may follow a text.
struct FollowingBytes {
  std::bitset<256> bytes = {};  // the first one of what may
  bool nothing = false;         // the text may also be the end
};

// Tokens that a tokenizer.json has but gives no role.
struct SpecialSpellings {
  std::optional<std::string> bos = {}, eos = {};
};

class Tokenizer {
 public:
  // Reads tokenizer.ggml.*; an unknown model or pre-tokenizer is an error that names it.
  static Result<std::shared_ptr<const Tokenizer>> from_gguf(const formats::Gguf& file);

  // Reads a tokenizer.json of byte-level BPE (docs/formats/tokenizer-json.md). `where` names it in
  // errors, which add a JSON pointer: `corrupt` for what contradicts itself, `unsupported` for
  // another kind of tokenizer or part of one, by name, `too_large` over a stated limit.
  static Result<std::shared_ptr<const Tokenizer>> from_json(std::string_view text,
                                                            std::string_view where,
                                                            const SpecialSpellings& special = {});
  // A file, or a folder with a tokenizer.json. Of a tokenizer_config.json beside it bos_token and
  // eos_token count.
  static Result<std::shared_ptr<const Tokenizer>> open_json(const std::filesystem::path& path);

  ~Tokenizer();

  // REQUIRES: text is UTF-8 (see base::repair_utf8) and below 4 GiB. Time grows as n in the length
  // of a text, as n log n in the length of a word.
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const;
  // The same, and what was lost.
  Encoding encode_with_losses(std::string_view text, const EncodeOptions& options = {}) const;

  // The first tokens of `text` as every longer text has them there, whatever stands in front of it
  // where a token ends, and whatever follows. None where that isn't known: where a regular
  // expression cuts words.
  std::vector<TokenId> settled(std::string_view text, FollowingBytes next) const;

  // The bytes of the ids, one after another; special tokens are spelled out unless skipped. May
  // hold half characters: base::repair_utf8 or StreamDecoder makes it text. REQUIRES: every id <
  // size().
  std::string decode(std::span<const TokenId> ids, bool skip_special = true) const;

  std::size_t size() const;                     // vocabulary
  std::string_view bytes_of(TokenId id) const;  // what it decodes to; a special's spelling
  bool is_special(TokenId id) const;            // control or unknown token
  bool ends_generation(TokenId id) const;       // EOS, EOT, EOM: sampling stops there
  std::optional<TokenId> bos() const;
  std::optional<TokenId> eos() const;
  // Of a special or user-defined token.
  std::optional<TokenId> find(std::string_view spelling) const;

 private:
  friend class JsonTokenizer;
  struct State;
  explicit Tokenizer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Turns sampled ids into text as they come; never gives out half a character. Bytes that can't
// become a character come out as U+FFFD once that is certain. Special tokens give no text, unless
// they are spelled out.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, bool spell_special = false)
      : tokenizer_(&tokenizer), spell_special_(spell_special) {}
  std::string push(TokenId id);
  std::string finish();  // what was held back, repaired

 private:
  const Tokenizer* tokenizer_;
  bool spell_special_;
  std::string pending_;
};

}  // namespace ashlar::tokenizer
