#include "grammar/constraint.h"

#include <utility>

#include "grammar/language.h"
#include "grammar/mask_maker.h"

namespace ashlar::grammar {

Constraint::Constraint(std::unique_ptr<Language> language, std::shared_ptr<FreeTextMasks> texts,
                       std::vector<TokenId> ends, Settle settle)
    : language_(std::move(language)),
      start_(language_->start()),
      maker_(std::make_unique<MaskMaker>(*language_, std::move(texts), std::move(ends),
                                         std::move(settle))) {}

Constraint::~Constraint() = default;

bool Constraint::can_end(StateId state) {
  const std::scoped_lock lock(mutex_);
  return language_->accepts(state);
}

Result<SharedMask> Constraint::mask(StateId state) {
  const std::scoped_lock lock(mutex_);
  return maker_->mask(state);
}

Result<std::optional<TokenId>> Constraint::forced(StateId state) {
  const std::scoped_lock lock(mutex_);
  return maker_->forced(state);
}

Result<StateId> Constraint::after(StateId state, TokenId token) {
  const std::scoped_lock lock(mutex_);
  return maker_->after(state, token);
}

Result<std::optional<std::vector<TokenId>>> Constraint::closing(StateId state) {
  const std::scoped_lock lock(mutex_);
  return maker_->closing(state);
}

}  // namespace ashlar::grammar
