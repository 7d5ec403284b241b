#include "tokenizer/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <optional>

#include "formats/in_quotes.h"
#include "tokenizer/character.h"
#include "tokenizer/regex_dialect.h"

namespace ashlar::tokenizer {
namespace {

constexpr std::size_t kMostBytes = 16384;  // of an expression
constexpr std::uint32_t kMostSteps = 10'000'000;
constexpr std::uint32_t kMostHeapKib = 65'536;
constexpr std::size_t kFirstStack = 32 << 10, kMostStack = 16 << 20;  // of the JIT's code

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

// What one search over a text needs; a thread's own.
class Search {
 public:
  Search(const pcre2_code* code, std::string_view text)
      : code_(code),
        text_(text),
        context_(pcre2_match_context_create(nullptr)),
        data_(pcre2_match_data_create(1, nullptr)) {
    pcre2_set_match_limit(context_, kMostSteps);
    pcre2_set_heap_limit(context_, kMostHeapKib);
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search() {
    pcre2_match_data_free(data_);
    pcre2_match_context_free(context_);
    pcre2_jit_stack_free(stack_);
  }

  // The first match from `at` on; nothing when there is none; PCRE2's number for a failure.
  tl::expected<std::optional<TextRange>, int> from(std::size_t at) {
    int found = match(at);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT && stack_ == nullptr) {
      stack_ = pcre2_jit_stack_create(kFirstStack, kMostStack, nullptr);
      pcre2_jit_stack_assign(context_, nullptr, stack_);
      found = match(at);
    }
    if (found == PCRE2_ERROR_NOMATCH) return std::nullopt;
    if (found < 0) return tl::unexpected(found);
    const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data_);
    // \K in a look-ahead can put the begin behind the end.
    return TextRange{std::min(range[0], range[1]), range[1]};
  }

 private:
  int match(std::size_t at) {
    return pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), at,
                       PCRE2_NO_UTF_CHECK, data_, context_);
  }

  const pcre2_code* code_;
  std::string_view text_;
  pcre2_match_context* context_;
  pcre2_match_data* data_;
  pcre2_jit_stack* stack_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<const Pattern>> Regex::compile(std::string_view expression,
                                                      const std::string& where) {
  if (expression.size() > kMostBytes)
    return fail(ErrorKind::too_large,
                fmt::format("a regular expression of {} bytes, the limit is {}", expression.size(),
                            kMostBytes),
                where, "use a shorter one");
  ASHLAR_ASSIGN(const std::string translated, to_pcre2(expression, where));
  int error = 0;
  PCRE2_SIZE offset = 0;
  // In Oniguruma's Ruby syntax ^ and $ are ends of lines.
  pcre2_code* code = pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
  if (code == nullptr)
    return fail(ErrorKind::unsupported,
                fmt::format("the regular expression {} isn't understood: {}",
                            formats::in_quotes(expression), message_of(error)),
                where, "use a tokenizer with another one");
  // Without a JIT for this processor, or memory for it, the same matches are found more slowly.
  static_cast<void>(pcre2_jit_compile(code, PCRE2_JIT_COMPLETE));
  return std::unique_ptr<const Pattern>(new Regex(std::string(expression), code));
}

Regex::Regex(std::string expression, pcre2_real_code_8* code)
    : expression_(std::move(expression)), code_(code) {}

Regex::~Regex() {
  pcre2_code_free(code_);
}

// As the reference has it: an empty match right behind another isn't one.
Status Regex::each_match(std::string_view text, const Found& found) const {
  Search search(code_, text);
  std::optional<std::size_t> last_end;
  for (std::size_t at = 0; at <= text.size();) {
    const auto match = search.from(at);
    if (!match)
      return fail(ErrorKind::exhausted,
                  fmt::format("the regular expression {} gives out: {}",
                              formats::in_quotes(expression_), message_of(match.error())),
                  fmt::format("text, byte {}", at), "use another tokenizer or a shorter text");
    if (!*match) return {};
    const TextRange range = **match;
    if (range.begin == range.end && last_end == range.end) {
      at = at < text.size() ? character_at(text, at).end : at + 1;
      continue;
    }
    ASHLAR_TRY(found(range));
    at = range.end;
    last_end = at;
  }
  return {};
}

}  // namespace ashlar::tokenizer
