#include "grammar/text_language.h"

#include "grammar/regex_language.h"
#include "grammar/utf8_state.h"

namespace ashlar::grammar {
namespace {

ByteSet every_byte() {
  return ByteSet().set();
}

class Utf8Language : public Language {
 public:
  StateId start() const override { return static_cast<StateId>(Utf8State::whole); }
  bool accepts(StateId state) const override { return state == start(); }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    return static_cast<StateId>(utf8_next(static_cast<Utf8State>(state), byte));
  }
};

}  // namespace

Result<std::unique_ptr<Language>> pattern_language(std::string_view pattern) {
  ASHLAR_ASSIGN(Regex regex, parse_regex(pattern));
  const auto anything = [&] {
    const auto one = regex.add({.kind = Regex::Kind::set, .set = CodeSet({{0, kLastCodePoint}})});
    return regex.add({.kind = Regex::Kind::repeat, .parts = {one}, .max = Regex::kUnbounded});
  };
  const auto before = anything(), behind = anything();
  regex.root = regex.add({.kind = Regex::Kind::concat, .parts = {before, regex.root, behind}});
  return regex_language(regex, every_byte());
}

Result<std::unique_ptr<Language>> literal_language(const std::vector<std::string>& texts) {
  return regex_language(literals(texts), every_byte());
}

Result<StateId> LengthLanguage::next(StateId state, std::uint8_t byte) {
  if (state == kDead || (byte & 0xC0) == 0x80) return state;
  if (max_ && count(state) >= *max_) return kDead;
  return !max_ && count(state) >= min_ ? state : state + 1;
}

std::optional<std::uint64_t> LengthLanguage::max_left(StateId state) const {
  if (!max_) return std::nullopt;
  return *max_ - count(state);
}

std::unique_ptr<Language> utf8_language() {
  return std::make_unique<Utf8Language>();
}

}  // namespace ashlar::grammar
