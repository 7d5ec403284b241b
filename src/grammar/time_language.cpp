// A regular expression would need a branch for each of a day's minutes; here a state is arithmetic.
#include "grammar/time_language.h"

namespace ashlar::grammar {
namespace {

constexpr std::uint32_t kDayMinutes = 24 * 60;

// hh:mm:ss, a fraction, the offset: the place of the next byte, and what is known of a value.
struct Progress {
  enum Place : std::uint32_t {
    kHours = 0,
    kMinutes = 3,
    kSeconds = 6,
    kBehindSeconds = 8,
    kFraction,
    kBehindFraction,
    kOffset,
    kEnd = kOffset + 5,
    kPlaces
  };
  std::uint32_t place = kHours;
  // The minutes read so far. Behind a leap second's sign: those that the offset has to be.
  std::uint32_t value = 0;
  bool leap = false;
};

StateId id_of(const Progress& at) {
  return 1 + (at.value * 2 + (at.leap ? 1 : 0)) * Progress::kPlaces + at.place;
}
Progress progress_of(StateId id) {
  const std::uint32_t packed = id - 1, rest = packed / Progress::kPlaces;
  return {.place = packed % Progress::kPlaces, .value = rest / 2, .leap = rest % 2 == 1};
}

StateId at(std::uint32_t place, std::uint32_t value, bool leap = false) {
  return id_of({place, value, leap});
}

StateId offset_sign(const Progress& now, char sign) {
  if (!now.leap) return at(Progress::kOffset, 0);
  const std::uint32_t last = kDayMinutes - 1;  // UTC's minute
  return at(Progress::kOffset, sign == '+' ? (now.value + 1) % kDayMinutes : last - now.value,
            true);
}

// The one byte that the offset of a leap second has at a place.
char wanted_in_offset(const Progress& now) {
  const std::uint32_t hours = now.value / 60, minutes = now.value % 60;
  const char wanted[] = {static_cast<char>('0' + hours / 10), static_cast<char>('0' + hours % 10),
                         ':', static_cast<char>('0' + minutes / 10),
                         static_cast<char>('0' + minutes % 10)};
  return wanted[now.place - Progress::kOffset];
}

StateId digit_goes_on(const Progress& now, std::uint32_t digit) {
  const std::uint32_t next = now.place + 1, tens = now.value * 10 + digit;
  switch (now.place) {
    case Progress::kHours:
    case Progress::kOffset: return digit <= 2 ? at(next, digit) : kDead;
    case Progress::kHours + 1: return tens < 24 ? at(next, tens) : kDead;
    case Progress::kOffset + 1: return tens < 24 ? at(next, 0) : kDead;
    case Progress::kMinutes: return digit <= 5 ? at(next, now.value * 6 + digit) : kDead;
    case Progress::kMinutes + 1: return at(next, tens);
    case Progress::kSeconds:
      if (digit == 6) return at(next, now.value, true);
      return digit <= 5 ? at(next, 0) : kDead;
    case Progress::kSeconds + 1:
      return now.leap && digit != 0 ? kDead : at(next, now.value, now.leap);
    case Progress::kFraction:
    case Progress::kBehindFraction: return at(Progress::kBehindFraction, now.value, now.leap);
    case Progress::kOffset + 3: return digit <= 5 ? at(next, 0) : kDead;
    case Progress::kOffset + 4: return at(next, 0);
    default: return kDead;
  }
}

class TimeLanguage : public Language {
 public:
  StateId start() const override { return id_of({}); }
  bool accepts(StateId state) const override {
    return state != kDead && progress_of(state).place == Progress::kEnd;
  }
  Result<StateId> next(StateId state, std::uint8_t byte) override {
    if (state == kDead) return kDead;
    const Progress now = progress_of(state);
    const char c = static_cast<char>(byte);
    if (now.leap && now.place >= Progress::kOffset && now.place < Progress::kEnd) {
      if (c != wanted_in_offset(now)) return kDead;
      const bool last = now.place + 1 == Progress::kEnd;
      return last ? at(Progress::kEnd, 0) : at(now.place + 1, now.value, true);
    }
    if (c >= '0' && c <= '9') return digit_goes_on(now, static_cast<std::uint32_t>(c - '0'));
    switch (now.place) {
      case Progress::kMinutes - 1:
      case Progress::kSeconds - 1:
      case Progress::kOffset + 2: return c == ':' ? at(now.place + 1, now.value) : kDead;
      case Progress::kBehindSeconds:
        if (c == '.') return at(Progress::kFraction, now.value, now.leap);
        [[fallthrough]];
      case Progress::kBehindFraction:
        if (c == '+' || c == '-') return offset_sign(now, c);
        if (c != 'Z' && c != 'z') return kDead;
        return !now.leap || now.value == kDayMinutes - 1 ? at(Progress::kEnd, 0) : kDead;
      default: return kDead;
    }
  }
};

}  // namespace

std::unique_ptr<Language> time_language() {
  return std::make_unique<TimeLanguage>();
}

}  // namespace ashlar::grammar
