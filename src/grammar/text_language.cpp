#include "grammar/text_language.h"

#include <algorithm>

#include "grammar/regex_language.h"

namespace ashlar::grammar {
namespace {

ByteSet every_byte() {
  return ByteSet().set();
}

// min: states are 1 + code points read, up to the first count that changes nothing any more.
class LengthLanguage : public Language {
 public:
  LengthLanguage(std::uint64_t min, std::optional<std::uint64_t> max) : min_(min), max_(max) {}

  StateId start() const override { return 1; }
  bool accepts(StateId state) const override { return state != kDead && state - 1 >= min_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    if (state == kDead || (byte & 0xC0) == 0x80) return state;
    if (max_ && state - 1 >= *max_) return kDead;
    return !max_ && state - 1 >= min_ ? state : state + 1;
  }

 private:
  std::uint64_t min_;
  std::optional<std::uint64_t> max_;
};

// States are what may come next: anything, or the last bytes of a sequence.
class Utf8Language : public Language {
 public:
  StateId start() const override { return kWhole; }
  bool accepts(StateId state) const override { return state == kWhole; }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    if (state == kWhole) return first(byte);
    if (state == kDead) return kDead;
    const Tail& tail = kTails[state - kTail1];
    return tail.low <= byte && byte <= tail.high ? tail.next : StateId{kDead};
  }

 private:
  enum : StateId { kWhole = 1, kTail1, kTail2, kTail3, kAfterE0, kAfterED, kAfterF0, kAfterF4 };
  struct Tail {
    std::uint8_t low, high;
    StateId next;
  };
  static constexpr Tail kTails[] = {
      {0x80, 0xBF, kWhole}, {0x80, 0xBF, kTail1}, {0x80, 0xBF, kTail2}, {0xA0, 0xBF, kTail1},
      {0x80, 0x9F, kTail1}, {0x90, 0xBF, kTail2}, {0x80, 0x8F, kTail2},
  };

  static StateId first(std::uint8_t byte) {
    if (byte < 0x80) return kWhole;
    if (byte < 0xC2 || byte > 0xF4) return kDead;
    if (byte < 0xE0) return kTail1;
    if (byte == 0xE0) return kAfterE0;
    if (byte == 0xED) return kAfterED;
    if (byte < 0xF0) return kTail2;
    if (byte == 0xF0) return kAfterF0;
    return byte == 0xF4 ? StateId{kAfterF4} : StateId{kTail3};
  }
};

}  // namespace

Result<std::unique_ptr<Language>> pattern_language(std::string_view pattern) {
  ASHLAR_ASSIGN(Regex regex, parse_regex(pattern));
  return regex_language(anywhere(std::move(regex), true), every_byte());
}

Result<std::unique_ptr<Language>> literal_language(const std::vector<std::string>& texts) {
  return regex_language(literals(texts), every_byte());
}

std::unique_ptr<Language> length_language(std::uint64_t min, std::optional<std::uint64_t> max) {
  return std::make_unique<LengthLanguage>(min, max);
}

std::unique_ptr<Language> utf8_language() {
  return std::make_unique<Utf8Language>();
}

}  // namespace ashlar::grammar
