#include "grammar/joining_type.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

namespace ashlar::grammar {
namespace {

constexpr JoiningType L = JoiningType::left, R = JoiningType::right, D = JoiningType::dual;

struct Range {
  char32_t first, last;
  JoiningType type;
};

// Of ArabicShaping.txt, Unicode 15; what is transparent goes by its category.
constexpr Range kRanges[] = {

};

}  // namespace

JoiningType joining_type(char32_t c) {
  const auto* range =
      std::lower_bound(std::begin(kRanges), std::end(kRanges), c,
                       [](const Range& r, char32_t wanted) { return r.last < wanted; });
  if (range != std::end(kRanges) && range->first <= c) return range->type;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: return JoiningType::transparent;
    default: return JoiningType::none;
  }
}

}  // namespace ashlar::grammar
