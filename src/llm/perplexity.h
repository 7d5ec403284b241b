// How well a model foretells a text, and how far it is from another model on the way. The text's
// tokens (no special ones added) are cut into windows that don't overlap; each stands alone and is
// scored from its second token on: Transformers' usual recipe with a stride of a window
// (llama.cpp's tool scores the second halves only). Memory doesn't grow with the text but for some
// bytes a token.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>

#include "base/result.h"
#include "model/config.h"
#include "model/kv_dtype.h"

namespace ashlar::llm {

struct PerplexityRequest {
  std::filesystem::path model = {};
  std::filesystem::path against = {};  // the reference of the divergence; empty: none
  model::Precision precision = model::Precision::fast;  // of both
  std::optional<model::KvDtype> kv_dtype = {};  // of the model's KV alone, not the reference's
  unsigned threads = 0;                         // 0: what the machine gives us
  std::uint32_t context = 2048;                 // tokens of a window
  std::uint32_t chunk = 64;                     // rows whose logits are held at once
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = {};  // tokens scored
  std::stop_token stop = {};
};

// Of the model's distribution Q from the reference's P, over all scored positions.
struct Divergence {
  double mean = 0, p99 = 0;  // KL(P ‖ Q), nats; p99 interpolated as numpy does by default
  double same_top1 = 0;      // share of positions where both put the same token first
};

struct Perplexity {
  double ppl = 0;             // exp of the mean negative log-likelihood
  double standard_error = 0;  // of ppl: ppl × the standard error of that mean
  std::uint64_t tokens = 0;   // scored
  std::optional<Divergence> divergence = {};
};

// Errors: the files'; a text that isn't UTF-8 or has fewer than two tokens ("text, byte N");
// windows of fewer than two tokens or more than the model's context ("context"); a reference that
// reads the text as other tokens; a model whose numbers aren't finite; ErrorKind::cancelled when
// stopped.
Result<Perplexity> perplexity(const PerplexityRequest& request, std::string_view text);

}  // namespace ashlar::llm
