#include "engine/guide.h"

#include <utility>

namespace ashlar::engine {

Guide::Guide(std::shared_ptr<grammar::Constraint> constraint) : constraint_(std::move(constraint)) {
  if (constraint_) state_ = constraint_->start();
}

Result<grammar::SharedMask> Guide::mask() const {
  if (!constraint_) return grammar::SharedMask();
  ASHLAR_ASSIGN(grammar::SharedMask mask, constraint_->mask(state_));
  if (mask->count > 0) return mask;
  return fail(ErrorKind::unsupported, "no token of the vocabulary goes on with the structure",
              "structure", "ask for one that the model can write");
}

Result<std::optional<grammar::TokenId>> Guide::forced() const {
  if (!constraint_) return std::nullopt;
  return constraint_->forced(state_);
}

Status Guide::commit(grammar::TokenId id) {
  if (!constraint_) return {};
  ASHLAR_ASSIGN(state_, constraint_->after(state_, id));
  if (state_ != grammar::kDead) return {};
  return fail(ErrorKind::internal, "a token left the structure", "structure", "please report this");
}

Result<std::optional<std::vector<grammar::TokenId>>> Guide::closing() const {
  if (!constraint_) return std::nullopt;
  return constraint_->closing(state_);
}

}  // namespace ashlar::engine
