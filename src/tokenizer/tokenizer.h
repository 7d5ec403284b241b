// Text to token ids and back, as the model's file describes it. Immutable and safe to share between
// threads after loading.
#pragma once

#include <cstdint>
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
  // (sorted, disjoint). This is how user text inside a rendered chat stays text.
  std::span<const TextRange> literal = {};
};

class Tokenizer {
 public:
  // Reads tokenizer.ggml.*; an unknown model or pre-tokenizer is an error that names it.
  static Result<std::shared_ptr<const Tokenizer>> from_gguf(const formats::Gguf& file);

  ~Tokenizer();

  // REQUIRES: text is UTF-8 (see base::repair_utf8). Linear time in text.size().
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const;

  // The bytes of the ids, one after another; special tokens are spelled out unless skipped. May hold
  // half characters: base::repair_utf8 or StreamDecoder makes it text.
  // REQUIRES: every id < size().
  std::string decode(std::span<const TokenId> ids, bool skip_special = true) const;

  std::size_t size() const;                          // vocabulary
  std::string_view bytes_of(TokenId id) const;       // what it decodes to; a special's spelling
  bool is_special(TokenId id) const;                 // control or user-defined token
  bool ends_generation(TokenId id) const;            // EOS, EOT: sampling stops there
  std::optional<TokenId> bos() const;
  std::optional<TokenId> eos() const;
  std::optional<TokenId> find(std::string_view special_spelling) const;

 private:
  struct State;
  explicit Tokenizer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Turns sampled ids into text as they come; never gives out half a character. Bytes that can't
// become a character come out as U+FFFD once that is certain. Special tokens give no text.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}
  std::string push(TokenId id);
  std::string finish();  // what was held back, repaired

 private:
  const Tokenizer* tokenizer_;
  std::string pending_;
};

}  // namespace ashlar::tokenizer
