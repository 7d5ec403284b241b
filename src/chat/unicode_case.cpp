// Upper case of characters that become several, which utf8proc's simple mappings leave alone.
// Source: Unicode SpecialCasing.txt, the unconditional mappings.
#include <algorithm>
#include <array>

#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

struct Special {
  char32_t lower;
  std::u32string_view upper;
};

// Sorted by `lower`.
constexpr auto kSpecials = std::to_array<Special>({
    {U'\u00df', U"\u0053\u0053"},       {U'\u0149', U"\u02bc\u004e"},
    {U'\u01f0', U"\u004a\u030c"},       {U'\u0390', U"\u0399\u0308\u0301"},
    {U'\u03b0', U"\u03a5\u0308\u0301"}, {U'\u0587', U"\u0535\u0552"},
    {U'\u1e96', U"\u0048\u0331"},       {U'\u1e97', U"\u0054\u0308"},
    {U'\u1e98', U"\u0057\u030a"},       {U'\u1e99', U"\u0059\u030a"},
    {U'\u1e9a', U"\u0041\u02be"},       {U'\u1f50', U"\u03a5\u0313"},
    {U'\u1f52', U"\u03a5\u0313\u0300"}, {U'\u1f54', U"\u03a5\u0313\u0301"},
    {U'\u1f56', U"\u03a5\u0313\u0342"}, {U'\u1f80', U"\u1f08\u0399"},
    {U'\u1f81', U"\u1f09\u0399"},       {U'\u1f82', U"\u1f0a\u0399"},
    {U'\u1f83', U"\u1f0b\u0399"},       {U'\u1f84', U"\u1f0c\u0399"},
    {U'\u1f85', U"\u1f0d\u0399"},       {U'\u1f86', U"\u1f0e\u0399"},
    {U'\u1f87', U"\u1f0f\u0399"},       {U'\u1f88', U"\u1f08\u0399"},
    {U'\u1f89', U"\u1f09\u0399"},       {U'\u1f8a', U"\u1f0a\u0399"},
    {U'\u1f8b', U"\u1f0b\u0399"},       {U'\u1f8c', U"\u1f0c\u0399"},
    {U'\u1f8d', U"\u1f0d\u0399"},       {U'\u1f8e', U"\u1f0e\u0399"},
    {U'\u1f8f', U"\u1f0f\u0399"},       {U'\u1f90', U"\u1f28\u0399"},
    {U'\u1f91', U"\u1f29\u0399"},       {U'\u1f92', U"\u1f2a\u0399"},
    {U'\u1f93', U"\u1f2b\u0399"},       {U'\u1f94', U"\u1f2c\u0399"},
    {U'\u1f95', U"\u1f2d\u0399"},       {U'\u1f96', U"\u1f2e\u0399"},
    {U'\u1f97', U"\u1f2f\u0399"},       {U'\u1f98', U"\u1f28\u0399"},
    {U'\u1f99', U"\u1f29\u0399"},       {U'\u1f9a', U"\u1f2a\u0399"},
    {U'\u1f9b', U"\u1f2b\u0399"},       {U'\u1f9c', U"\u1f2c\u0399"},
    {U'\u1f9d', U"\u1f2d\u0399"},       {U'\u1f9e', U"\u1f2e\u0399"},
    {U'\u1f9f', U"\u1f2f\u0399"},       {U'\u1fa0', U"\u1f68\u0399"},
    {U'\u1fa1', U"\u1f69\u0399"},       {U'\u1fa2', U"\u1f6a\u0399"},
    {U'\u1fa3', U"\u1f6b\u0399"},       {U'\u1fa4', U"\u1f6c\u0399"},
    {U'\u1fa5', U"\u1f6d\u0399"},       {U'\u1fa6', U"\u1f6e\u0399"},
    {U'\u1fa7', U"\u1f6f\u0399"},       {U'\u1fa8', U"\u1f68\u0399"},
    {U'\u1fa9', U"\u1f69\u0399"},       {U'\u1faa', U"\u1f6a\u0399"},
    {U'\u1fab', U"\u1f6b\u0399"},       {U'\u1fac', U"\u1f6c\u0399"},
    {U'\u1fad', U"\u1f6d\u0399"},       {U'\u1fae', U"\u1f6e\u0399"},
    {U'\u1faf', U"\u1f6f\u0399"},       {U'\u1fb2', U"\u1fba\u0399"},
    {U'\u1fb3', U"\u0391\u0399"},       {U'\u1fb4', U"\u0386\u0399"},
    {U'\u1fb6', U"\u0391\u0342"},       {U'\u1fb7', U"\u0391\u0342\u0399"},
    {U'\u1fbc', U"\u0391\u0399"},       {U'\u1fc2', U"\u1fca\u0399"},
    {U'\u1fc3', U"\u0397\u0399"},       {U'\u1fc4', U"\u0389\u0399"},
    {U'\u1fc6', U"\u0397\u0342"},       {U'\u1fc7', U"\u0397\u0342\u0399"},
    {U'\u1fcc', U"\u0397\u0399"},       {U'\u1fd2', U"\u0399\u0308\u0300"},
    {U'\u1fd3', U"\u0399\u0308\u0301"}, {U'\u1fd6', U"\u0399\u0342"},
    {U'\u1fd7', U"\u0399\u0308\u0342"}, {U'\u1fe2', U"\u03a5\u0308\u0300"},
    {U'\u1fe3', U"\u03a5\u0308\u0301"}, {U'\u1fe4', U"\u03a1\u0313"},
    {U'\u1fe6', U"\u03a5\u0342"},       {U'\u1fe7', U"\u03a5\u0308\u0342"},
    {U'\u1ff2', U"\u1ffa\u0399"},       {U'\u1ff3', U"\u03a9\u0399"},
    {U'\u1ff4', U"\u038f\u0399"},       {U'\u1ff6', U"\u03a9\u0342"},
    {U'\u1ff7', U"\u03a9\u0342\u0399"}, {U'\u1ffc', U"\u03a9\u0399"},
    {U'\ufb00', U"\u0046\u0046"},       {U'\ufb01', U"\u0046\u0049"},
    {U'\ufb02', U"\u0046\u004c"},       {U'\ufb03', U"\u0046\u0046\u0049"},
    {U'\ufb04', U"\u0046\u0046\u004c"}, {U'\ufb05', U"\u0053\u0054"},
    {U'\ufb06', U"\u0053\u0054"},       {U'\ufb13', U"\u0544\u0546"},
    {U'\ufb14', U"\u0544\u0535"},       {U'\ufb15', U"\u0544\u053b"},
    {U'\ufb16', U"\u054e\u0546"},       {U'\ufb17', U"\u0544\u053d"},
});

}  // namespace

std::u32string_view special_upper(char32_t c) {
  const auto found = std::ranges::lower_bound(kSpecials, c, {}, &Special::lower);
  return found != kSpecials.end() && found->lower == c ? found->upper : std::u32string_view{};
}

}  // namespace ashlar::chat
