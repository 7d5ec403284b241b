// The token ids that a file gives a role: what is put around a text and what ends an answer.
#pragma once

#include <array>
#include <optional>

#include "base/result.h"
#include "formats/gguf.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {

struct SpecialIds {
  std::optional<TokenId> bos, eos;
  std::array<std::optional<TokenId>, 3> endings;  // EOS, end of turn, end of message
  bool add_bos = false, add_eos = false;

  // Every id is below `vocabulary`; a text that must begin or end with a token has that token.
  static Result<SpecialIds> from_gguf(const formats::Gguf& file, std::size_t vocabulary);
};

}  // namespace ashlar::tokenizer
