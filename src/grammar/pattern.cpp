// On PCRE2, in UTF mode without its Unicode classes, which makes \d, \w and \b ECMA's.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "grammar/pattern.h"

#include <fmt/format.h>
#include <pcre2.h>

#include "grammar/ecma_regex.h"
#include "grammar/shown.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostPatternBytes = 64u << 10;
constexpr std::uint64_t kMostMatchSteps = 1'000'000;
constexpr std::uint32_t kMostMatchKilobytes = 64u << 10;

std::string message_of(int code) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

// Before each item of the pattern that is tried. PCRE2's own limit begins anew at each start.
int count_step(pcre2_callout_block*, void* steps) {
  return ++*static_cast<std::uint64_t*>(steps) > kMostMatchSteps ? PCRE2_ERROR_CALLOUT : 0;
}

struct MatchState {
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);

  MatchState() = default;
  MatchState(const MatchState&) = delete;
  MatchState& operator=(const MatchState&) = delete;
  ~MatchState() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

}  // namespace

Result<Pattern> Pattern::compile(std::string_view text, std::string_view where) {
  if (text.size() > kMostPatternBytes)
    return fail(ErrorKind::too_large,
                fmt::format("a pattern over the limit of {} bytes", kMostPatternBytes),
                std::string(where), "shorten it");
  ASHLAR_ASSIGN(const EcmaRegex regex, translate_ecma_regex(text, where));
  if (!regex.backtracks.empty())
    return fail(ErrorKind::unsupported,
                fmt::format("the pattern '{}' has a {}", shown(text), regex.backtracks),
                std::string(where), "say it without");
  int code = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(regex.perl.data()), regex.perl.size(),
                    PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT,
                    &code, &at, nullptr);
  if (!compiled)
    return fail(ErrorKind::bad_input,
                fmt::format("the pattern '{}' is none: {}", shown(text), message_of(code)),
                std::string(where), "mend it");
  Pattern pattern;
  pattern.text_ = text;
  pattern.code_ = std::shared_ptr<void>(
      compiled, [](void* pointer) { pcre2_code_free(static_cast<pcre2_code*>(pointer)); });
  return pattern;
}

Result<bool> Pattern::search(std::string_view text, std::uint64_t* steps) const {
  const MatchState state;
  if (!state.context || !state.data)
    return fail(ErrorKind::exhausted, "out of memory", text_, "free some memory");
  std::uint64_t taken = 0;
  pcre2_set_callout(state.context, count_step, &taken);
  pcre2_set_heap_limit(state.context, kMostMatchKilobytes);
  const int found = pcre2_match(static_cast<const pcre2_code*>(code_.get()),
                                reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                PCRE2_NO_UTF_CHECK, state.data, state.context);
  if (steps) *steps = taken;
  if (found >= 0) return true;
  if (found == PCRE2_ERROR_NOMATCH) return false;
  return fail(ErrorKind::too_large,
              fmt::format("the pattern '{}' takes over the limit of {} steps on a text of {} bytes",
                          shown(text_), kMostMatchSteps, text.size()),
              {}, "simplify the pattern");
}

}  // namespace ashlar::grammar
