// Any text of a JSON string, against a vocabulary: the tokens that stay inside of the string are
// the same wherever it stands, so they are found once for a vocabulary, not at each place.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "grammar/json_spelling.h"
#include "grammar/token_mask.h"
#include "grammar/token_trie.h"

namespace ashlar::grammar {

// The tokens that go on from one spelling.
class FreeTextMask {
 public:
  FreeTextMask(const TokenTrie& trie, const JsonSpelling& spelling);

  // A token that holds the last quotation mark: what of the string's spelling is before it, how
  // many characters that begins, and what of the token is behind it.
  struct Exit {
    TokenId token;
    std::string content;
    std::uint32_t characters;
    std::uint32_t rest;  // in rests(); kNothing
  };
  static constexpr std::uint32_t kNothing = ~std::uint32_t{0};
  const std::vector<Exit>& exits() const { return exits_; }
  const TokenTrie& rests() const { return *rests_; }
  // Those that begin at most `characters` of the string, and don't end it. From any thread.
  SharedMask inside(std::optional<std::uint64_t> characters) const;

 private:
  void find_rests(const std::vector<std::string>& rests);

  std::size_t size_;
  std::vector<std::pair<std::uint32_t, TokenId>> tokens_;  // characters begun; ascending
  std::vector<Exit> exits_;
  std::unique_ptr<const TokenTrie> rests_;
  mutable std::mutex mutex_;  // guards masks_
  mutable std::map<std::uint32_t, SharedMask> masks_;
};

// Of one vocabulary; shared by all constraints, from any thread.
class FreeTextMasks {
 public:
  explicit FreeTextMasks(std::shared_ptr<const TokenTrie> trie) : trie_(std::move(trie)) {}

  const TokenTrie& trie() const { return *trie_; }
  std::shared_ptr<const FreeTextMask> at(const JsonSpelling& spelling);

 private:
  const std::shared_ptr<const TokenTrie> trie_;
  std::mutex mutex_;  // guards masks_
  std::map<JsonSpelling, std::shared_ptr<const FreeTextMask>> masks_;
};

}  // namespace ashlar::grammar
