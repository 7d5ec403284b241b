#include "llm/draft_model.h"

#include <fmt/format.h>

#include "formats/gguf.h"
#include "formats/in_quotes.h"

namespace ashlar::llm {
namespace {

using tokenizer::TokenId;
using tokenizer::Tokenizer;

bool same(const Tokenizer& a, const Tokenizer& b, TokenId id) {
  return a.bytes_of(id) == b.bytes_of(id) && a.is_special(id) == b.is_special(id);
}

Status check_same(const Tokenizer& draft, const Tokenizer& model, const std::string& path) {
  const auto differs = [&](std::string how) {
    return fail(ErrorKind::bad_input, "the draft model has another tokenizer: " + std::move(how),
                path, "give a smaller model of the same family");
  };
  if (draft.size() != model.size())
    return differs(fmt::format("{} tokens, the model's has {}", draft.size(), model.size()));
  for (TokenId id = 0; id < model.size(); ++id)
    if (!same(draft, model, id))
      return differs(fmt::format("token {} is {}, the model's {}", id,
                                 formats::in_quotes(draft.bytes_of(id)),
                                 formats::in_quotes(model.bytes_of(id))));
  return {};
}

}  // namespace

Result<std::shared_ptr<const model::Model>> load_draft(const std::filesystem::path& path,
                                                       model::Precision precision,
                                                       const Tokenizer& tokenizer,
                                                       base::ThreadPool& pool,
                                                       const model::PackedStore* store) {
  ASHLAR_ASSIGN(formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(const auto own, Tokenizer::from_gguf(file));
  ASHLAR_TRY(check_same(*own, tokenizer, path.string()));
  return model::Model::load(std::move(file), precision, pool, store);
}

}  // namespace ashlar::llm
