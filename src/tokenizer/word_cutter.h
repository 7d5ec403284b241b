// Cuts a text into the words that merges stay within: one or more steps, each on the pieces of the
// one before it. Knows characters, no vocabulary. Immutable and safe to share between threads.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tokenizer/pretokenizer.h"
#include "tokenizer/split.h"

namespace ashlar::tokenizer {

class WordCutter {
 public:
  void then_scan(WordEnd word_end);
  void then_split(std::shared_ptr<const Pattern> pattern, SplitBehavior behavior, bool invert);
  // A space before every piece that doesn't begin with one.
  void then_prefix_space();

  // Gives `word` every word in order. Stops at the first error: `exhausted` where a regular
  // expression gives out on this text; scanners never do. REQUIRES: text is UTF-8.
  Status cut(std::string_view text, const PieceSink& word) const;
  // Whether all steps are scanners or splits by class: they look at the classes of characters, at
  // contractions, and one character behind a word.
  bool is_by_class() const { return by_class_; }

 private:
  using Step = std::function<Status(std::string_view, const PieceSink&)>;
  Status cut_from(std::size_t step, std::string_view piece, const PieceSink& word) const;

  std::vector<Step> steps_;
  bool by_class_ = true;
};

}  // namespace ashlar::tokenizer
