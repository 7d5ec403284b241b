#include "grammar/composed_language.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ashlar::grammar {
namespace {

// A state is one of the language's and how many bytes were read.
class CappedLanguage : public Language {
 public:
  CappedLanguage(std::unique_ptr<Language> language, std::uint32_t most)
      : language_(std::move(language)), most_(most) {}

  Status open() {
    ASHLAR_ASSIGN(start_, state_of(language_->start(), 0));
    return {};
  }

  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return language_->accepts(state / (most_ + 1)); }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    const std::uint32_t bytes = state % (most_ + 1);
    if (bytes == most_) return kDead;
    ASHLAR_ASSIGN(const StateId to, language_->next(state / (most_ + 1), byte));
    return state_of(to, bytes + 1);
  }

 private:
  Result<StateId> state_of(StateId inner, std::uint32_t bytes) {
    if (inner == kDead) return kDead;
    ASHLAR_ASSIGN(const std::uint32_t rest, fewest_bytes(inner));
    return bytes + rest <= most_ ? inner * (most_ + 1) + bytes : kDead;
  }
  // To an end; more than most_ where there is none so near.
  Result<std::uint32_t> fewest_bytes(StateId from);

  std::unique_ptr<Language> language_;
  std::uint32_t most_;
  std::map<StateId, std::uint32_t> fewest_;
  StateId start_ = kDead;
};

Result<std::uint32_t> CappedLanguage::fewest_bytes(StateId from) {
  if (const auto known = fewest_.find(from); known != fewest_.end()) return known->second;
  std::set<StateId> seen{from};
  std::vector<StateId> level{from};
  std::uint32_t bytes = 0;
  const auto ends = [&](StateId state) { return language_->accepts(state); };
  for (; bytes <= most_ && std::ranges::none_of(level, ends); ++bytes) {
    std::vector<StateId> deeper;
    for (const StateId state : level)
      for (unsigned byte = 0; byte < 256; ++byte) {
        ASHLAR_ASSIGN(const StateId to, language_->next(state, static_cast<std::uint8_t>(byte)));
        if (to != kDead && seen.insert(to).second) deeper.push_back(to);
      }
    level = std::move(deeper);
  }
  return fewest_[from] = bytes;
}

// The first's states are even, the second's odd.
class JoinedLanguage : public Language {
 public:
  JoinedLanguage(std::unique_ptr<Language> first, std::string_view joints,
                 std::unique_ptr<Language> second)
      : first_(std::move(first)), second_(std::move(second)), joints_(joints) {}

  StateId start() const override { return first_->start() * 2; }
  bool accepts(StateId state) const override {
    return state % 2 == 1 && second_->accepts(state / 2);
  }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    if (state % 2 == 1) {
      ASHLAR_ASSIGN(const StateId to, second_->next(state / 2, byte));
      return in_second(to);
    }
    if (first_->accepts(state / 2) && joints_.find(static_cast<char>(byte)) != joints_.npos)
      return in_second(second_->start());
    ASHLAR_ASSIGN(const StateId to, first_->next(state / 2, byte));
    return to * 2;
  }

 private:
  static StateId in_second(StateId state) { return state == kDead ? kDead : state * 2 + 1; }

  std::unique_ptr<Language> first_, second_;
  std::string joints_;
};

}  // namespace

Result<std::unique_ptr<Language>> capped_language(std::unique_ptr<Language> language,
                                                  std::uint32_t most_bytes) {
  auto capped = std::make_unique<CappedLanguage>(std::move(language), most_bytes);
  ASHLAR_TRY(capped->open());
  return capped;
}

std::unique_ptr<Language> joined_language(std::unique_ptr<Language> first, std::string_view joints,
                                          std::unique_ptr<Language> second) {
  return std::make_unique<JoinedLanguage>(std::move(first), joints, std::move(second));
}

}  // namespace ashlar::grammar
