// A tokenizer.json taken apart while it is parsed: the vocabulary and the merges, hundreds of
// thousands of entries, as flat lists; the rest as one small JSON value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::tokenizer {

struct JsonDocument {
  struct Token {
    std::string spelling;
    std::uint64_t id;
  };
  // "left right" or ["left", "right"].
  struct Merge {
    std::string left, right;
    bool apart;  // the latter
  };

  base::Json rest;                 // without /model/vocab and /model/merges
  bool vocabulary_is_map = false;  // else it is missing or another kind of tokenizer's
  bool has_merges = false;
  std::vector<Token> vocabulary;  // in the order of the file
  std::vector<Merge> merges;
};

// What isn't JSON, or has a key twice outside the vocabulary, is `corrupt` with its byte or
// pointer; over 32 levels, 256 keys in an object or a million values in `rest` are `too_large`.
Result<JsonDocument> parse_document(std::string_view text, std::string_view where);

// A JSON pointer's part for a key, cut and cleaned so that a message can have it.
std::string pointer_part(std::string_view key);

}  // namespace ashlar::tokenizer
