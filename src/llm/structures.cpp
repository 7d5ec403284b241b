#include "llm/structures.h"

#include <string_view>
#include <utility>

#include "grammar/free_text.h"
#include "grammar/language.h"

namespace ashlar::llm {

Structures::Structures(std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : tokenizer_(std::move(tokenizer)) {}

// A special token's spelling is no text of an answer.
void Structures::read_vocabulary() {
  std::vector<std::string_view> tokens(tokenizer_->size());
  for (tokenizer::TokenId id = 0; id < tokens.size(); ++id) {
    if (tokenizer_->ends_generation(id)) ends_.push_back(id);
    if (!tokenizer_->is_special(id)) tokens[id] = tokenizer_->bytes_of(id);
  }
  texts_ =
      std::make_shared<grammar::FreeTextMasks>(std::make_shared<const grammar::TokenTrie>(tokens));
}

Result<std::shared_ptr<grammar::Constraint>> Structures::constraint_of(
    const grammar::Structure& structure) {
  if (grammar::is_free(structure)) return nullptr;
  std::call_once(read_, [this] { read_vocabulary(); });
  ASHLAR_ASSIGN(auto language, grammar::language_of(structure, texts_->trie().alphabet()));
  return constraint_of(std::move(language));
}

std::shared_ptr<grammar::Constraint> Structures::constraint_of(
    std::unique_ptr<grammar::Language> language) {
  std::call_once(read_, [this] { read_vocabulary(); });
  auto settle = [tokenizer = tokenizer_](const grammar::ForcedRun& run) {
    return tokenizer->settled(run.text, {.bytes = run.next, .nothing = run.may_end});
  };
  return std::make_shared<grammar::Constraint>(std::move(language), texts_, ends_,
                                               std::move(settle));
}

}  // namespace ashlar::llm
