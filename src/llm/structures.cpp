#include "llm/structures.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "chat/tool_syntax.h"
#include "grammar/free_text.h"
#include "grammar/language.h"

namespace ashlar::llm {

namespace {

// Whether calls are written with it in some family's syntax: "[TOOL_CALLS]".
bool is_mark(std::string_view spelling) {
  return std::ranges::any_of(chat::tool_syntaxes(), [&](const chat::ToolSyntax& syntax) {
    return spelling == syntax.begin || spelling == syntax.middle || spelling == syntax.end;
  });
}

}  // namespace

Structures::Structures(std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
    : tokenizer_(std::move(tokenizer)) {}

// A special token's spelling is no text of an answer, but for marks.
std::shared_ptr<grammar::FreeTextMasks> Structures::read_texts(bool with_marks) const {
  std::vector<std::string_view> tokens(tokenizer_->size());
  for (tokenizer::TokenId id = 0; id < tokens.size(); ++id) {
    const std::string_view spelling = tokenizer_->bytes_of(id);
    if (!tokenizer_->is_special(id) || (with_marks && is_mark(spelling))) tokens[id] = spelling;
  }
  return std::make_shared<grammar::FreeTextMasks>(
      std::make_shared<const grammar::TokenTrie>(tokens));
}

void Structures::read_vocabulary() {
  bool has_marks = false;
  for (tokenizer::TokenId id = 0; id < tokenizer_->size(); ++id) {
    if (tokenizer_->ends_generation(id)) ends_.push_back(id);
    has_marks = has_marks || (tokenizer_->is_special(id) && is_mark(tokenizer_->bytes_of(id)));
  }
  texts_ = read_texts(false);
  call_texts_ = has_marks ? read_texts(true) : texts_;
}

Result<std::shared_ptr<grammar::Constraint>> Structures::constraint_of(
    const grammar::Structure& structure) {
  if (grammar::is_free(structure)) return nullptr;
  ASHLAR_ASSIGN(auto language, grammar::language_of(structure, alphabet()));
  return constraint_of(std::move(language));
}

const grammar::ByteSet& Structures::alphabet() {
  std::call_once(read_, [this] { read_vocabulary(); });
  return texts_->trie().alphabet();
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

std::shared_ptr<grammar::Constraint> Structures::constraint_of_calls(
    std::unique_ptr<grammar::Language> language) {
  std::call_once(read_, [this] { read_vocabulary(); });
  if (call_texts_ == texts_) return constraint_of(std::move(language));
  // A mark's own token is none that its text settles on.
  return std::make_shared<grammar::Constraint>(std::move(language), call_texts_, ends_);
}

}  // namespace ashlar::llm
