#include "grammar/decimal.h"

#include <algorithm>
#include <charconv>

namespace ashlar::grammar {
namespace {

using Wide = unsigned __int128;

// Where the exponent's text begins: behind 'e' or 'E', or at the end.
std::size_t exponent_at(std::string_view literal) {
  const std::size_t e = literal.find_first_of("eE");
  return e == std::string_view::npos ? literal.size() : e + 1;
}

std::optional<std::int64_t> exponent_of(std::string_view literal) {
  std::string_view text = literal.substr(exponent_at(literal));
  if (text.empty()) return 0;
  if (text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > kMostExponent || value < -kMostExponent) return std::nullopt;
  return value;
}

std::uint64_t remainder(std::string_view digits, std::uint64_t divisor) {
  Wide rest = 0;
  for (const char digit : digits) rest = (rest * 10 + (digit - '0')) % divisor;
  return static_cast<std::uint64_t>(rest);
}

std::uint64_t power_of_ten(std::uint64_t exponent, std::uint64_t modulus) {
  Wide result = 1 % modulus, square = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = result * square % modulus;
    square = square * square % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

}  // namespace

bool Decimal::exponent_fits(std::string_view literal) {
  return exponent_of(literal).has_value();
}

Decimal Decimal::of(std::string_view literal) {
  Decimal result;
  const std::size_t e = literal.find_first_of("eE");
  result.exponent_ = exponent_of(literal).value_or(0);
  bool fraction = false;
  for (const char c : literal.substr(0, e)) {
    if (c == '-') {
      result.negative_ = true;
    } else if (c == '.') {
      fraction = true;
    } else {
      if (fraction) --result.exponent_;
      if (c != '0' || !result.digits_.empty()) result.digits_ += c;
    }
  }
  while (!result.digits_.empty() && result.digits_.back() == '0') {
    result.digits_.pop_back();
    ++result.exponent_;
  }
  if (result.digits_.empty()) return Decimal{};
  return result;
}

bool Decimal::is_multiple_of(const Decimal& divisor) const {
  if (is_zero()) return true;
  // Our digits end in no zero, so a power of ten that is left in the divisor can't divide them.
  if (exponent_ < divisor.exponent_) return false;
  std::uint64_t modulus = 0;
  std::from_chars(divisor.digits_.data(), divisor.digits_.data() + divisor.digits_.size(), modulus);
  const auto shift = static_cast<std::uint64_t>(exponent_ - divisor.exponent_);
  return Wide{remainder(digits_, modulus)} * power_of_ten(shift, modulus) % modulus == 0;
}

std::optional<std::uint64_t> Decimal::count() const {
  if (is_zero()) return 0;
  if (negative_ || !is_integer()) return std::nullopt;
  if (exponent_ > 20 || digits_.size() > 20) return UINT64_MAX;
  Wide value = 0;
  for (const char digit : digits_) value = value * 10 + (digit - '0');
  for (std::int64_t i = 0; i < exponent_ && value <= UINT64_MAX; ++i) value *= 10;
  return static_cast<std::uint64_t>(std::min<Wide>(value, UINT64_MAX));
}

Decimal Decimal::magnitude() const {
  Decimal result = *this;
  result.negative_ = false;
  return result;
}

std::string Decimal::text() const {
  if (is_zero()) return "0";
  std::string text = negative_ ? "-" + digits_ : digits_;
  if (exponent_ != 0) text += "e" + std::to_string(exponent_);
  return text;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) <=> sign(b);
  if (sign(a) == 0) return std::strong_ordering::equal;
  const auto top = [](const Decimal& d) {
    return d.exponent_ + static_cast<std::int64_t>(d.digits_.size());
  };
  // Digit strings without trailing zeros compare as fractions do.
  const auto magnitude = top(a) != top(b) ? top(a) <=> top(b) : a.digits_.compare(b.digits_) <=> 0;
  return a.negative_ ? 0 <=> magnitude : magnitude;
}

}  // namespace ashlar::grammar
