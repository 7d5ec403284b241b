// Exact decimal numbers, as JSON writes them: compared and divided without rounding, whatever their
// size. Time and memory are linear in the literal, never in the exponent.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::grammar {

// Exponents beyond this are refused where a literal is read.
inline constexpr std::int64_t kMostExponent = 1'000'000'000;
// Significant digits of a divisor, so that remainders fit a machine word.
inline constexpr std::size_t kMostDivisorDigits = 18;

class Decimal {
 public:
  // REQUIRES: a literal of RFC 8259's grammar whose exponent exponent_fits().
  static Decimal of(std::string_view literal);
  static bool exponent_fits(std::string_view literal);

  bool is_zero() const { return digits_.empty(); }
  bool is_negative() const { return negative_; }
  bool is_integer() const { return digits_.empty() || exponent_ >= 0; }

  // Whether this is an integer times `divisor`. REQUIRES: divisor.can_divide().
  bool is_multiple_of(const Decimal& divisor) const;
  bool can_divide() const { return !is_zero() && digits_.size() <= kMostDivisorDigits; }

  // The value as a count, capped at 2^64 - 1; none when it is negative or no integer.
  std::optional<std::uint64_t> count() const;

  // Its magnitude is digits() · 10^exponent(); digits begin and end with no zero, none for 0.
  std::string_view digits() const { return digits_; }
  std::int64_t exponent() const { return exponent_; }
  Decimal magnitude() const;

  // One text a value: "-12e3" for -12000; "0".
  std::string text() const;

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) = default;

 private:
  bool negative_ = false;
  std::string digits_;         // neither leading nor trailing zeros; empty for 0
  std::int64_t exponent_ = 0;  // the value is digits · 10^exponent
};

}  // namespace ashlar::grammar
