#include "grammar/number_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ashlar::grammar {
namespace {

using Kind = NumberFact::Kind;
using Wide = __int128;

constexpr std::size_t kMostDigits = 64;  // of a number, its point and sign too
constexpr int kMostWritten = 200;  // exponents up to this, either way: a double holds the value
constexpr std::size_t kMostWideDigits = 36;

bool is_digit(char c) {
  return '0' <= c && c <= '9';
}

// Whether a number of RFC 8259 can begin so.
bool begins_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (at == text.size()) return whole <= 1 || !zero;
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text[at] == '.') {
    ++at;
    const std::size_t fraction = digits();
    if (at == text.size()) return true;
    if (fraction == 0) return false;
  }
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  digits();
  return at == text.size();
}

std::size_t exponent_mark(std::string_view text) {
  return text.find_first_of("eE");
}

// One text for all that go on as this one does where every value is allowed: what digits there are
// is the same, but for a zero in front.
std::string shape(std::string text) {
  const std::size_t e = exponent_mark(text);
  if (e != std::string_view::npos) return text;
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t i = first; i < text.size(); ++i)
    if (is_digit(text[i]) && (i > first || text[i] != '0')) text[i] = '1';
  return text;
}

bool has_far_exponent(std::string_view text) {
  const std::size_t e = exponent_mark(text);
  if (e == std::string_view::npos) return false;
  int exponent = 0;
  for (const char c : text.substr(e + 1))
    if (is_digit(c)) exponent = std::min(exponent * 10 + (c - '0'), kMostWritten + 1);
  return exponent > kMostWritten;
}

std::string incremented(std::string digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  return "1" + digits;
}

Decimal scaled_decimal(std::string_view digits, std::int64_t exponent) {
  return Decimal::of(fmt::format("{}e{}", digits, exponent));
}

std::string text_of(Wide value) {
  std::string text;
  do text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  while ((value /= 10) > 0);
  return text;
}

// floor(value · 10^scale) and whether that is exact; nothing where it is too wide.
std::optional<std::pair<Wide, bool>> floored(const Decimal& value, std::int64_t scale) {
  const std::int64_t shift = value.exponent() + scale;
  const auto size = static_cast<std::int64_t>(value.digits().size());
  if (value.is_zero() || size + shift <= 0) return std::pair{Wide{0}, value.is_zero()};
  if (size + shift > static_cast<std::int64_t>(kMostWideDigits)) return std::nullopt;
  Wide wide = 0;
  for (std::int64_t i = 0; i < size + shift; ++i)
    wide = wide * 10 + (i < size ? value.digits()[static_cast<std::size_t>(i)] - '0' : 0);
  return std::pair{wide, shift >= 0};
}

bool in_choice(const Choice& choice, const Decimal& value) {
  return std::ranges::any_of(choice.values, [&](const Value& each) {
    return each.number() && Decimal::of(each.number()->literal) == value;
  });
}

}  // namespace

Result<NumberRule> NumberRule::make(const std::vector<NumberFact>& facts) {
  NumberRule rule;
  for (const NumberFact& fact : facts) ASHLAR_TRY(rule.add(fact));
  rule.free_ = facts.empty();
  ASHLAR_TRY(rule.find_grid());
  if (!rule.only_) return rule;
  std::erase_if(*rule.only_, [&](const Decimal& value) { return !rule.allows(value); });
  return rule;
}

Status NumberRule::add(const NumberFact& fact) {
  const auto tighten = [](std::optional<Bound>& bound, Bound other, bool lower) {
    if (bound && (lower ? other.value < bound->value : other.value > bound->value)) return;
    if (bound && other.value == bound->value) other.open |= bound->open;
    bound = std::move(other);
  };
  switch (fact.kind) {
    case Kind::minimum:
    case Kind::exclusive_minimum: {
      // Not at least is under; not over is at most.
      const bool open = (fact.kind == Kind::exclusive_minimum) == fact.holds;
      tighten(fact.holds ? low_ : high_, {fact.value, open}, fact.holds);
      return {};
    }
    case Kind::multiple:
      if (fact.holds) {
        steps_.push_back(fact.value);
        return {};
      }
      break;
    case Kind::plain: plain_ |= fact.holds; [[fallthrough]];
    case Kind::integer:
      if (fact.holds) {
        integer_ = true;
        return {};
      }
      break;
    case Kind::equal:
      excluded_ += fact.holds ? 0 : 1;
      if (fact.holds && !only_) only_ = {fact.value};
      break;
    case Kind::choice:
      if (!fact.holds) {
        excluded_ += fact.choice->values.size();
        break;
      }
      if (!only_) {
        only_.emplace();
        for (const Value& value : fact.choice->values)
          if (value.number()) only_->push_back(Decimal::of(value.number()->literal));
      }
      break;
  }
  others_.push_back(fact);
  return {};
}

Status NumberRule::find_grid() {
  if (steps_.empty() && !integer_) return {};
  for (const Decimal& step : steps_) grid_scale_ = std::max(grid_scale_, -step.exponent());
  const auto too_wide = [] {
    return fail(ErrorKind::unsupported, "a step of too many digits for the automaton", "multipleOf",
                "round it");
  };
  std::vector<Decimal> steps = steps_;
  if (integer_) steps.push_back(Decimal::of("1"));
  grid_ = 1;
  for (const Decimal& step : steps) {
    const auto wide = floored(step, grid_scale_);
    if (!wide || wide->first == 0) return too_wide();
    Wide a = grid_, b = wide->first;
    while (b != 0) a = std::exchange(b, a % b);
    const Wide factor = wide->first / a;
    if (text_of(grid_).size() + text_of(factor).size() > kMostWideDigits) return too_wide();
    grid_ *= factor;
  }
  return {};
}

bool NumberRule::allows(const Decimal& value) const {
  if (low_ && (low_->open ? value <= low_->value : value < low_->value)) return false;
  if (high_ && (high_->open ? value >= high_->value : value > high_->value)) return false;
  if (integer_ && !value.is_integer()) return false;
  for (const Decimal& step : steps_)
    if (!value.is_multiple_of(step)) return false;
  return std::ranges::all_of(others_, [&](const NumberFact& fact) {
    switch (fact.kind) {
      case Kind::multiple: return value.is_multiple_of(fact.value) == fact.holds;
      case Kind::integer: return value.is_integer() == fact.holds;
      case Kind::choice: return in_choice(*fact.choice, value) == fact.holds;
      case Kind::equal: return (value == fact.value) == fact.holds;
      default: return true;
    }
  });
}

bool NumberRule::allows_text(std::string_view text) const {
  const bool plain = text.find_first_of(".eE") == std::string_view::npos;
  for (const NumberFact& fact : others_)
    if (fact.kind == Kind::plain && plain != fact.holds) return false;
  if (plain_ && !plain) return false;
  return allows(Decimal::of(text));
}

bool NumberRule::accepts(std::string_view text) const {
  return !text.empty() && is_digit(text.back()) && (free_ || allows_text(text));
}

bool NumberRule::is_possible() const {
  return free_ || has_in(false, {{}, {}}) || has_in(true, {{}, {}});
}

std::optional<std::string> NumberRule::kept(std::string text) const {
  if (!begins_number(text) || text.size() > kMostDigits || has_far_exponent(text))
    return std::nullopt;
  if (free_) return shape(std::move(text));
  if (!can_go_on(text)) return std::nullopt;
  return text;
}

bool NumberRule::can_go_on(std::string_view text) const {
  if (accepts(text)) return true;
  const bool negative = text.starts_with('-');
  if (plain_ && text.find_first_of(".eE") != std::string_view::npos) return false;
  if (text == "-") return has_in(true, {{}, {}});
  if (const std::size_t e = exponent_mark(text); e != std::string_view::npos)
    return can_go_on_exponent(text, e);
  return can_go_on_digits(negative, text.substr(negative ? 1 : 0));
}

// Digits in front of the point may be followed by more of them; those behind it narrow the value.
bool NumberRule::can_go_on_digits(bool negative, std::string_view text) const {
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::int64_t exponent = 0;
  if (point != std::string_view::npos) {
    digits += text.substr(point + 1);
    exponent = -static_cast<std::int64_t>(text.size() - point - 1);
  }
  const std::string above = incremented(digits);
  const std::optional<Bound>& most = negative ? low_ : high_;
  const bool grows = point == std::string_view::npos && text != "0";
  for (std::size_t more = 0; more + text.size() <= kMostDigits; ++more) {
    Range range{{scaled_decimal(digits, exponent)}, Bound{scaled_decimal(above, exponent), true}};
    if (most && range.low.value > most->value.magnitude()) return false;
    if (has_in(negative, range)) return true;
    if (!grows) return false;
    ++exponent;
  }
  return false;
}

bool NumberRule::can_go_on_exponent(std::string_view text, std::size_t e) const {
  std::string_view written = text.substr(e + 1);
  const bool minus = written.starts_with('-'), plus = written.starts_with('+');
  if (minus || plus) written.remove_prefix(1);
  const bool begun = minus || plus || !written.empty();
  while (written.starts_with('0')) written.remove_prefix(1);
  for (int power = 0; power <= kMostWritten; ++power) {
    if (!std::to_string(power).starts_with(written)) continue;
    for (const bool under : {false, true})
      if ((!begun || under == minus) &&
          allows_text(fmt::format("{}e{}{}", text.substr(0, e), under ? "-" : "", power)))
        return true;
  }
  return false;
}

bool NumberRule::has_in(bool negative, Range range) const {
  // Of negative numbers, the least is the greatest magnitude.
  const std::optional<Bound>&least = negative ? high_ : low_, &most = negative ? low_ : high_;
  const auto signed_under_zero = [&](const Bound& bound) {
    return !bound.value.is_zero() && bound.value.is_negative() != negative;
  };
  if (most) {
    if (signed_under_zero(*most)) return false;
    const Bound bound{most->value.magnitude(), most->open};
    if (!range.high || bound.value < range.high->value)
      range.high = bound;
    else if (bound.value == range.high->value)
      range.high->open |= bound.open;
  }
  if (least && !signed_under_zero(*least)) {
    const Bound bound{least->value.magnitude(), least->open};
    if (bound.value > range.low.value)
      range.low = bound;
    else if (bound.value == range.low.value)
      range.low.open |= bound.open;
  }
  const auto inside = [&](const Decimal& value) {
    if (range.low.open ? value <= range.low.value : value < range.low.value) return false;
    return !range.high ||
           (range.high->open ? value < range.high->value : value <= range.high->value);
  };
  if (only_)
    return std::ranges::any_of(*only_, [&](const Decimal& value) {
      return (value.is_zero() || value.is_negative() == negative) && inside(value.magnitude());
    });
  if (range.high && range.low.value >= range.high->value) {
    if (!inside(range.low.value)) return false;
    return allows(Decimal::of((negative ? "-" : "") + range.low.value.text()));
  }
  return grid_ == 0 || has_on_grid(negative, range);
}

// The first multiples in the range; few of them can be excluded, or all are.
bool NumberRule::has_on_grid(bool negative, const Range& range) const {
  constexpr std::size_t kTries = 64;
  const auto low = floored(range.low.value, grid_scale_);
  if (!low) return !range.high;
  Wide index = low->first / grid_;
  if (low->first % grid_ != 0 || !low->second || range.low.open) ++index;
  for (std::size_t tries = 0; tries < kTries + excluded_; ++tries, ++index) {
    const Decimal value = scaled_decimal(text_of(index * grid_), -grid_scale_);
    if (range.high && (range.high->open ? value >= range.high->value : value > range.high->value))
      return false;
    if (allows(Decimal::of((negative ? "-" : "") + value.text()))) return true;
  }
  return false;
}

}  // namespace ashlar::grammar
