#include "grammar/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/hex.h"
#include "base/utf8.h"
#include "grammar/decimal.h"

namespace ashlar::grammar {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Sorts the names, and of those that came twice keeps the first place with the last value.
void finish(Object& object) {
  std::vector<std::uint32_t> order(object.members.size());
  std::iota(order.begin(), order.end(), 0);
  const auto name = [&](std::uint32_t i) -> const std::string& { return object.members[i].name; };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int names = name(a).compare(name(b));
    return names != 0 ? names < 0 : a < b;
  });
  std::vector<bool> dropped(order.size());
  for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
    if (i == 0 || name(order[i]) != name(order[first])) {
      first = i;
      continue;
    }
    std::swap(object.members[order[first]].value, object.members[order[i]].value);
    dropped[order[i]] = true;
  }
  std::vector<std::uint32_t> moved_to(order.size());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    if (dropped[i]) continue;
    moved_to[i] = static_cast<std::uint32_t>(kept);
    if (kept != i) object.members[kept] = std::move(object.members[i]);
    ++kept;
  }
  object.members.resize(kept);
  for (const std::uint32_t i : order)
    if (!dropped[i]) object.by_name.push_back(moved_to[i]);
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view where, const ReadLimits& limits)
      : text_(text), where_(where), limits_(limits) {}

  Result<Value> whole() {
    Value value;
    ASHLAR_TRY(read(value, 0));
    skip_space();
    if (at_ != text_.size()) return wrong("there is more text behind the value");
    return value;
  }

 private:
  tl::unexpected<Error> wrong(std::string message, ErrorKind kind = ErrorKind::bad_input) const {
    return fail(kind, std::move(message), fmt::format("{}, byte {}", where_, at_),
                kind == ErrorKind::too_large ? "send less" : "send valid JSON");
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
  }

  Status read(Value& value, int depth) {
    if (++values_ > limits_.values)
      return wrong(fmt::format("over the limit of {} values", limits_.values),
                   ErrorKind::too_large);
    skip_space();
    if (take("null")) return {};
    if (take("true")) return put(value, true);
    if (take("false")) return put(value, false);
    const char next = peek();
    if (next == '"') return read_string(value.data.emplace<std::string>());
    if (next == '-' || is_digit(next)) return read_number(value.data.emplace<Number>());
    if (next != '[' && next != '{')
      return wrong(at_ < text_.size() ? "no JSON value begins here" : "the text ends too early");
    if (depth >= limits_.depth)
      return wrong(fmt::format("over the limit of {} levels", limits_.depth), ErrorKind::too_large);
    ++at_;
    return next == '[' ? read_array(value.data.emplace<Array>(), depth)
                       : read_object(value.data.emplace<Object>(), depth);
  }

  static Status put(Value& value, bool truth) {
    value.data = truth;
    return {};
  }

  Status read_array(Array& array, int depth) {
    skip_space();
    if (take("]")) return {};
    while (true) {
      ASHLAR_TRY(read(array.emplace_back(), depth + 1));
      skip_space();
      if (take("]")) return {};
      if (!take(",")) return wrong("neither ',' nor ']' follows an element");
    }
  }

  Status read_object(Object& object, int depth) {
    skip_space();
    if (take("}")) return {};
    while (true) {
      skip_space();
      if (peek() != '"') return wrong("a member's name is no string");
      Member& member = object.members.emplace_back();
      ASHLAR_TRY(read_string(member.name));
      skip_space();
      if (!take(":")) return wrong("no ':' follows a member's name");
      ASHLAR_TRY(read(member.value, depth + 1));
      skip_space();
      if (take("}")) break;
      if (!take(",")) return wrong("neither ',' nor '}' follows a member");
    }
    finish(object);
    return {};
  }

  Status read_number(Number& number) {
    const std::size_t begin = at_;
    take("-");
    if (!take("0") && !digits()) return wrong("a number without digits");
    if (take(".") && !digits()) return wrong("no digit behind the point");
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      if (!digits()) return wrong("no digit in the exponent");
    }
    number.literal = text_.substr(begin, at_ - begin);
    if (!Decimal::exponent_fits(number.literal))
      return wrong(fmt::format("an exponent over the limit of {}", kMostExponent),
                   ErrorKind::too_large);
    return {};
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ > begin;
  }

  Status read_string(std::string& out) {
    ++at_;
    while (true) {
      const std::size_t plain = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      out.append(text_.substr(plain, at_ - plain));
      if (at_ >= text_.size()) return wrong("a string without end");
      if (take("\"")) return {};
      if (!take("\\")) return wrong("a control character in a string");
      ASHLAR_TRY(read_escape(out));
    }
  }

  Status read_escape(std::string& out) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char letter = peek();
    if (const std::size_t i = letters.find(letter); i != letters.npos && letter != '\0') {
      out += meanings[i];
      ++at_;
      return {};
    }
    if (letter != 'u') return wrong("an escape that JSON doesn't have");
    ASHLAR_ASSIGN(char32_t point, unit());
    if (point >= 0xD800 && point <= 0xDFFF) {
      ASHLAR_ASSIGN(point, pair(point));
    }
    base::append_utf8(out, point);
    return {};
  }

  // The second half of a surrogate pair.
  Result<char32_t> pair(char32_t high) {
    if (high >= 0xDC00 || !take("\\") || peek() != 'u') return wrong("a lone surrogate");
    ASHLAR_ASSIGN(const char32_t low, unit());
    if (low < 0xDC00 || low > 0xDFFF) return wrong("a lone surrogate");
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  }

  // uXXXX
  Result<char32_t> unit() {
    ++at_;
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const auto digit = base::hex_digit(peek());
      if (!digit) return wrong("\\u without four hex digits");
      value = value << 4 | *digit;
    }
    return value;
  }

  std::string_view text_, where_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

Result<Value> read_json(std::string_view text, std::string_view where, const ReadLimits& limits) {
  if (text.size() > limits.bytes)
    return fail(ErrorKind::too_large,
                fmt::format("{} bytes, over the limit of {}", text.size(), limits.bytes),
                std::string(where), "send less");
  if (const auto at = base::first_invalid_utf8(text))
    return fail(ErrorKind::bad_input, "not UTF-8", fmt::format("{}, byte {}", where, *at),
                "send UTF-8");
  return Reader(text, where, limits).whole();
}

}  // namespace ashlar::grammar
