#include "tokenizer/split.h"

#include <optional>
#include <string>

#include "tokenizer/char_class.h"
#include "tokenizer/character.h"

namespace ashlar::tokenizer {
namespace {

class Literal final : public Pattern {
 public:
  explicit Literal(std::string text) : text_(std::move(text)) {}
  Status each_match(std::string_view text, const Found& found) const override {
    for (std::size_t at = 0; (at = text.find(text_, at)) != std::string_view::npos;
         at += text_.size())
      ASHLAR_TRY(found({at, at + text_.size()}));
    return {};
  }

 private:
  std::string text_;
};

class Numeric final : public Pattern {
 public:
  bool is_by_class() const override { return true; }
  Status each_match(std::string_view text, const Found& found) const override {
    for (std::size_t at = 0; at < text.size();) {
      const Character next = character_at(text, at);
      if (is_numeric(next.value)) ASHLAR_TRY(found({at, next.end}));
      at = next.end;
    }
    return {};
  }
};

// Takes matches and what lies between them, in order, and joins what belongs together. `held_` is
// the last piece, which may yet grow.
class Splitter {
 public:
  Splitter(std::string_view text, SplitBehavior behavior, bool invert, const PieceSink& piece)
      : text_(text), behavior_(behavior), invert_(invert), piece_(piece) {}

  Status match(TextRange range) {
    if (range.begin != end_) ASHLAR_TRY(take({end_, range.begin}, invert_));
    ASHLAR_TRY(take(range, !invert_));
    end_ = range.end;
    return {};
  }

  Status finish() {
    if (end_ != text_.size()) ASHLAR_TRY(take({end_, text_.size()}, invert_));
    return flush();
  }

 private:
  Status take(TextRange range, bool is_match) {
    const bool joins = held_ && joins_held(is_match);
    after_match_ = is_match;
    if (joins) {
      held_->end = range.end;
      return {};
    }
    ASHLAR_TRY(flush());
    if (behavior_ != SplitBehavior::removed || !is_match) held_ = range;
    return {};
  }

  bool joins_held(bool is_match) const {
    switch (behavior_) {
      case SplitBehavior::isolated:
      case SplitBehavior::removed: return false;
      case SplitBehavior::contiguous: return is_match == after_match_;
      case SplitBehavior::merged_with_previous: return is_match && !after_match_;
      case SplitBehavior::merged_with_next: return !is_match && after_match_;
    }
    return false;
  }

  Status flush() {
    if (!held_) return {};
    const TextRange range = *held_;
    held_.reset();
    if (range.begin == range.end) return {};
    return piece_(text_.substr(range.begin, range.end - range.begin));
  }

  std::string_view text_;
  SplitBehavior behavior_;
  bool invert_;
  const PieceSink& piece_;
  std::size_t end_ = 0;  // of what was taken
  bool after_match_ = false;
  std::optional<TextRange> held_;
};

}  // namespace

std::unique_ptr<const Pattern> literal_pattern(std::string text) {
  return std::make_unique<Literal>(std::move(text));
}

std::unique_ptr<const Pattern> numeric_pattern() {
  return std::make_unique<Numeric>();
}

Status split(std::string_view text, const Pattern& pattern, SplitBehavior behavior, bool invert,
             const PieceSink& piece) {
  Splitter splitter(text, behavior, invert, piece);
  ASHLAR_TRY(pattern.each_match(text, [&](TextRange range) { return splitter.match(range); }));
  return splitter.finish();
}

}  // namespace ashlar::tokenizer
