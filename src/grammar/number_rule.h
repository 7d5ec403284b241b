// A JSON number that is written digit by digit so that its value is an allowed one: after each
// byte it is known whether some way to go on leads to an allowed value. Values are exact.
//
// An exponent may follow digits that could also end without one in the allowed range, as in 2e3
// where 2 or 20.5 is in it; 1.5e-7 is not written where the most is 1. No number has over 64
// characters or an exponent over 200, so that a double holds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/decimal.h"
#include "grammar/schema.h"

namespace ashlar::grammar {

// One thing that is so of a number, or isn't.
struct NumberFact {
  enum class Kind : std::uint8_t {
    minimum,
    exclusive_minimum,
    multiple,
    integer,
    plain,  // no fraction or exponent is written
    choice,
    equal,
  };
  Kind kind = Kind::integer;
  bool holds = true;
  Decimal value = {};  // minimum: at least; exclusive_minimum: over; multiple: of; equal: to
  const Choice* choice = nullptr;  // choice: one of
};

class NumberRule {
 public:
  // Errors: unsupported, for steps of too many digits.
  static Result<NumberRule> make(const std::vector<NumberFact>& facts);

  // A text that stands for all that go on as this one does; nothing where none goes on to an
  // allowed number. REQUIRES: `text` without its last byte is such a text, or empty.
  std::optional<std::string> kept(std::string text) const;
  // REQUIRES: a kept text.
  bool accepts(std::string_view text) const;
  // Whether there is any.
  bool is_possible() const;

 private:
  using Wide = __int128;
  struct Bound {
    Decimal value;
    bool open = false;
  };
  // Magnitudes from `low`, up to `high` if there is one.
  struct Range {
    Bound low;
    std::optional<Bound> high;
  };

  Status add(const NumberFact& fact);
  Status find_grid();
  bool allows(const Decimal& value) const;
  bool allows_text(std::string_view text) const;
  bool can_go_on(std::string_view text) const;
  bool can_go_on_digits(bool negative, std::string_view text) const;
  bool can_go_on_exponent(std::string_view text, std::size_t e) const;
  // Whether some allowed number has its magnitude in the range.
  bool has_in(bool negative, Range range) const;
  bool has_on_grid(bool negative, const Range& range) const;

  bool free_ = true;
  std::optional<Bound> low_, high_;
  bool integer_ = false, plain_ = false;
  std::vector<Decimal> steps_;
  std::vector<NumberFact> others_;            // that are looked at value by value
  std::optional<std::vector<Decimal>> only_;  // the values, where they are listed
  Wide grid_ = 0;                             // allowed values are its multiples · 10^-grid_scale_
  std::int64_t grid_scale_ = 0;
  std::size_t excluded_ = 0;  // values that others_ may take away
};

}  // namespace ashlar::grammar
