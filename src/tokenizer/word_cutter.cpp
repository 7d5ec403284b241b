#include "tokenizer/word_cutter.h"

#include <string>

namespace ashlar::tokenizer {

void WordCutter::then_scan(WordEnd word_end) {
  steps_.push_back([word_end](std::string_view piece, const PieceSink& next) -> Status {
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t end = word_end(piece, at);
      ASHLAR_TRY(next(piece.substr(at, end - at)));
      at = end;
    }
    return {};
  });
}

void WordCutter::then_split(std::shared_ptr<const Pattern> pattern, SplitBehavior behavior,
                            bool invert) {
  by_class_ = by_class_ && pattern->is_by_class() && behavior != SplitBehavior::removed;
  steps_.push_back([pattern = std::move(pattern), behavior, invert](
                       std::string_view piece, const PieceSink& next) -> Status {
    return split(piece, *pattern, behavior, invert, next);
  });
}

void WordCutter::then_prefix_space() {
  by_class_ = false;
  steps_.push_back([](std::string_view piece, const PieceSink& next) -> Status {
    if (piece.starts_with(' ')) return next(piece);
    return next(std::string(" ").append(piece));
  });
}

Status WordCutter::cut(std::string_view text, const PieceSink& word) const {
  if (text.empty()) return {};
  return cut_from(0, text, word);
}

Status WordCutter::cut_from(std::size_t step, std::string_view piece, const PieceSink& word) const {
  if (step == steps_.size()) return word(piece);
  if (step + 1 == steps_.size()) return steps_[step](piece, word);
  return steps_[step](piece, [&](std::string_view part) { return cut_from(step + 1, part, word); });
}

}  // namespace ashlar::tokenizer
