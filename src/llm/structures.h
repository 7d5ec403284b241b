// What answers must be, held against the model's vocabulary.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "grammar/constraint.h"
#include "grammar/structure.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

class Structures {
 public:
  explicit Structures(std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

  // Null where the structure is free. From any thread. Errors: the structure's.
  Result<std::shared_ptr<grammar::Constraint>> constraint_of(const grammar::Structure& structure);
  // Of a language over the vocabulary's bytes.
  std::shared_ptr<grammar::Constraint> constraint_of(std::unique_ptr<grammar::Language> language);
  // The same for calls of tools, of which some models write the marks as special tokens.
  std::shared_ptr<grammar::Constraint> constraint_of_calls(
      std::unique_ptr<grammar::Language> language);
  // The bytes that can be written one by one.
  const grammar::ByteSet& alphabet();

 private:
  void read_vocabulary();
  std::shared_ptr<grammar::FreeTextMasks> read_texts(bool with_marks) const;

  std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
  std::once_flag read_;
  std::shared_ptr<grammar::FreeTextMasks> texts_;       // once it is asked for
  std::shared_ptr<grammar::FreeTextMasks> call_texts_;  // the same where there are no marks
  std::vector<tokenizer::TokenId> ends_;
};

}  // namespace ashlar::llm
