#include "tokenizer/special_ids.h"

#include <fmt/format.h>

namespace ashlar::tokenizer {
namespace {

constexpr std::string_view kBos = "tokenizer.ggml.bos_token_id",
                           kEos = "tokenizer.ggml.eos_token_id",
                           kEndOfTurn = "tokenizer.ggml.eot_token_id",
                           kEndOfMessage = "tokenizer.ggml.eom_token_id",
                           kAddBos = "tokenizer.ggml.add_bos_token",
                           kAddEos = "tokenizer.ggml.add_eos_token";

Result<std::optional<TokenId>> read_id(const formats::Gguf& file, std::string_view key,
                                       std::size_t vocabulary) {
  if (!file.find(key)) return std::nullopt;
  ASHLAR_ASSIGN(const std::uint64_t id, file.integer(key));
  if (id >= vocabulary)
    return fail(ErrorKind::corrupt,
                fmt::format("token id {} in a vocabulary of {}", id, vocabulary),
                fmt::format("{}: {}", file.where(), key), "convert the model anew");
  return static_cast<TokenId>(id);
}

// A switch that needs an id which the file may lack.
Result<bool> read_switch(const formats::Gguf& file, std::string_view key, std::optional<TokenId> id,
                         std::string_view id_key) {
  ASHLAR_ASSIGN(const bool on, file.boolean_or(key, false));
  if (on && !id)
    return fail(ErrorKind::corrupt, fmt::format("{} is set without {}", key, id_key), file.where(),
                "convert the model anew");
  return on;
}

}  // namespace

Result<SpecialIds> SpecialIds::from_gguf(const formats::Gguf& file, std::size_t vocabulary) {
  SpecialIds ids;
  ASHLAR_ASSIGN(ids.bos, read_id(file, kBos, vocabulary));
  ASHLAR_ASSIGN(ids.eos, read_id(file, kEos, vocabulary));
  ASHLAR_ASSIGN(ids.endings[1], read_id(file, kEndOfTurn, vocabulary));
  ASHLAR_ASSIGN(ids.endings[2], read_id(file, kEndOfMessage, vocabulary));
  ids.endings[0] = ids.eos;
  ASHLAR_ASSIGN(ids.add_bos, read_switch(file, kAddBos, ids.bos, kBos));
  ASHLAR_ASSIGN(ids.add_eos, read_switch(file, kAddEos, ids.eos, kEos));
  return ids;
}

}  // namespace ashlar::tokenizer
