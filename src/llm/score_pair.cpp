#include "llm/score_pair.h"

#include <optional>
#include <string>

#include "base/utf8.h"

namespace ashlar::llm {
namespace {

using tokenizer::TokenId;
using tokenizer::Tokenizer;

// What Python's str.rstrip() takes away.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

// REQUIRES: UTF-8.
std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (text[last] & 0xC0) == 0x80) --last;
    if (!is_space(base::code_point_at(text, last).value)) break;
    text = text.substr(0, last);
  }
  return text;
}

// What stands before every text of this vocabulary: BOS, or nothing.
std::vector<TokenId> opening(const Tokenizer& tokenizer) {
  const auto special = tokenizer.encode("");
  if (!special.empty() && special.front() == tokenizer.bos()) return {special.front()};
  return {};
}

void append(std::vector<TokenId>& ids, const Tokenizer& tokenizer, std::string_view text) {
  const auto more = tokenizer.encode(text, {.add_special = false});
  ids.insert(ids.end(), more.begin(), more.end());
}

}  // namespace

Result<ScorePair> encode_pair(const Tokenizer& tokenizer, std::string_view prompt,
                              std::string_view completion) {
  if (!base::is_utf8(prompt))
    return fail(ErrorKind::bad_input, "the prompt is not UTF-8", "prompt", "send it as UTF-8");
  if (!base::is_utf8(completion))
    return fail(ErrorKind::bad_input, "the completion is not UTF-8", "completion",
                "send it as UTF-8");
  const std::string whole = std::string(prompt) + std::string(completion);
  const std::string_view own = without_trailing_space(prompt);

  std::vector<TokenId> before = opening(tokenizer);
  if (own.empty() && before.empty()) {
    const std::optional<TokenId> start = tokenizer.bos() ? tokenizer.bos() : tokenizer.eos();
    if (!start)
      return fail(ErrorKind::unsupported, "an empty prompt, and a vocabulary without BOS and EOS",
                  "prompt", "give a prompt");
    before.push_back(*start);
  }
  ScorePair pair{before, 0};
  append(pair.ids, tokenizer, whole);
  append(before, tokenizer, own);
  pair.from = static_cast<std::uint32_t>(before.size());
  if (pair.ids.size() > pair.from) return pair;
  return fail(ErrorKind::bad_input, "the completion adds no token to the prompt's", "completion",
              completion.empty() ? "give a completion"
                                 : "move the last word of the prompt to the completion");
}

}  // namespace ashlar::llm
