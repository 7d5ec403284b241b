// Finds stop strings in text that comes in pieces. Holds back the end that could still become one,
// so that nothing given out has to be taken back. Where the pieces are cut changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ashlar::engine {

class StopStrings {
 public:
  // REQUIRES: none is empty.
  explicit StopStrings(std::vector<std::string> stops) : stops_(std::move(stops)) {}

  // Takes more text and gives out what is certain not to belong to a stop string. The match that is
  // complete first wins (of several that end together, the longest); the text ends before it and
  // later text is dropped.
  std::string push(std::string_view text);

  // The text is over: gives out what was held back.
  std::string finish();

  bool matched() const { return found_.has_value(); }
  const std::optional<std::string>& found() const { return found_; }  // the one that matched

 private:
  std::size_t longest_match() const;
  std::size_t held_suffix() const;

  std::vector<std::string> stops_;
  std::string pending_;
  std::optional<std::string> found_;
};

}  // namespace ashlar::engine
