// Where an answer is in the structure that it must have. A value: choices and speculation copy it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "grammar/constraint.h"

namespace ashlar::engine {

class Guide {
 public:
  Guide() = default;  // free text
  explicit Guide(std::shared_ptr<grammar::Constraint> constraint);

  bool is_free() const { return !constraint_; }
  // Null for free text. Errors: the automaton's limits; a vocabulary that can't go on.
  Result<grammar::SharedMask> mask() const;
  // As Constraint::forced(); nothing for free text.
  Result<std::optional<grammar::TokenId>> forced() const;
  // REQUIRES: the mask allows it, and it doesn't end the answer.
  Status commit(grammar::TokenId id);
  // As Constraint::closing(); nothing for free text.
  Result<std::optional<std::vector<grammar::TokenId>>> closing() const;

 private:
  std::shared_ptr<grammar::Constraint> constraint_;
  grammar::StateId state_ = grammar::kDead;
};

}  // namespace ashlar::engine
