// Dates, times and durations (RFC 3339).
#include <optional>

#include "grammar/format.h"

namespace ashlar::grammar {
namespace {

// Takes a text apart from its beginning.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool take(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == any_of.npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly so many digits.
  std::optional<int> number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!is_digit()) return std::nullopt;
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }
  bool digits() {
    if (!is_digit()) return false;
    while (is_digit()) text_.remove_prefix(1);
    return true;
  }

 private:
  bool is_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }

  std::string_view text_;
};

int days_of(int year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

bool take_date(Cursor& cursor) {
  const auto year = cursor.number(4);
  if (!year || !cursor.take("-")) return false;
  const auto month = cursor.number(2);
  if (!month || *month < 1 || *month > 12 || !cursor.take("-")) return false;
  const auto day = cursor.number(2);
  return day && *day >= 1 && *day <= days_of(*year, *month);
}

// Minutes east of UTC.
std::optional<int> take_offset(Cursor& cursor) {
  if (cursor.take("Zz")) return 0;
  const bool east = cursor.take("+");
  if (!east && !cursor.take("-")) return std::nullopt;
  const auto hour = cursor.number(2);
  if (!hour || *hour > 23 || !cursor.take(":")) return std::nullopt;
  const auto minute = cursor.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hour * 60 + *minute);
}

bool take_time(Cursor& cursor) {
  const auto hour = cursor.number(2);
  if (!hour || *hour > 23 || !cursor.take(":")) return false;
  const auto minute = cursor.number(2);
  if (!minute || *minute > 59 || !cursor.take(":")) return false;
  const auto second = cursor.number(2);
  if (!second || *second > 60) return false;
  if (cursor.take(".") && !cursor.digits()) return false;
  const auto offset = take_offset(cursor);
  if (!offset) return false;
  constexpr int day = 24 * 60;
  const int utc = (*hour * 60 + *minute - *offset + 2 * day) % day;
  return *second < 60 || utc == day - 1;
}

// Numbers with the units in their order, each at most once, none left out between two.
bool take_units(Cursor& cursor, std::string_view units) {
  std::size_t next = 0;
  bool any = false;
  while (cursor.digits()) {
    std::size_t unit = next;
    while (unit < units.size() && !cursor.take(units.substr(unit, 1))) ++unit;
    if (unit == units.size() || (any && unit != next)) return false;
    next = unit + 1;
    any = true;
  }
  return any;
}

}  // namespace

bool is_date(std::string_view text) {
  Cursor cursor(text);
  return take_date(cursor) && cursor.at_end();
}

bool is_time(std::string_view text) {
  Cursor cursor(text);
  return take_time(cursor) && cursor.at_end();
}

bool is_date_time(std::string_view text) {
  Cursor cursor(text);
  return take_date(cursor) && cursor.take("Tt") && take_time(cursor) && cursor.at_end();
}

bool is_duration(std::string_view text) {
  Cursor cursor(text);
  if (!cursor.take("P")) return false;
  if (text.ends_with('W')) return cursor.digits() && cursor.take("W") && cursor.at_end();
  const bool has_time = text.find('T') != text.npos;
  if (!text.starts_with("PT") && !take_units(cursor, "YMD")) return false;
  if (has_time && !(cursor.take("T") && take_units(cursor, "HMS"))) return false;
  return cursor.at_end();
}

}  // namespace ashlar::grammar
