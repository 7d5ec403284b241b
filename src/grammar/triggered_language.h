// Free text in which a trigger, once it is written whole, is followed by a text of another language
// and a closing text: calls of tools inside of prose.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "grammar/byte_set.h"
#include "grammar/interner.h"
#include "grammar/language.h"
#include "grammar/trigger_search.h"
#include "grammar/utf8_state.h"

namespace ashlar::grammar {

// What may follow a trigger: `head` tells calls apart, the text of `inner` is the call's own.
struct TriggeredCall {
  std::string head;
  std::unique_ptr<Language> inner;
  std::string tail;
};

// begin open head inner tail (separator head inner tail)* end
struct Trigger {
  std::string begin;
  std::string open = {};
  std::vector<TriggeredCall> calls;
  std::string separator = {};  // empty: one call for each trigger
  std::string end = {};
  bool first_only = false;  // triggers nothing but where the answer begins
};

// What may stand behind a call: free text; further calls, with white space between them; nothing.
enum class Behind : std::uint8_t { text, calls, nothing };

struct TriggeredStyle {
  bool text_first = true;  // false: the answer begins with a trigger
  bool required = false;   // a call must come
  std::uint32_t most_calls = std::numeric_limits<std::uint32_t>::max();  // at least 1
  Behind behind = Behind::text;
};

inline constexpr std::uint32_t kMostSpaces = 8;  // between two calls, where no text may be

// Where a state stands. A byte from a call to a call is of the call's own text. One from text, or
// from a call that nothing closes to text, is text, but for the trigger's that it ends. All others
// are of what surrounds calls.
struct Place {
  // mark: in what surrounds calls, where no free text is.
  enum class Part : std::uint8_t { text, mark, call } part = Part::text;
  std::uint32_t which = 0;    // call, counted through all triggers; where in one
  std::uint32_t calls = 0;    // begun so far, this one too
  std::uint32_t pending = 0;  // text: last bytes that may become a trigger's; mark: those of the
                              // trigger that ends here
  bool closes = false;        // call: a closing text follows it
  bool operator==(const Place&) const = default;
};

class TriggeredLanguage : public Language {
 public:
  // REQUIRES: each trigger has calls, and none is empty or has another inside; of the heads behind
  // one none is empty or begins another; each inner language has texts, and none that goes on with
  // the first byte of what follows it where another text ends; neither of tail and separator, tail
  // and end begins the other, unless there is no separator. Where nothing follows, a text's end is
  // the call's.
  TriggeredLanguage(std::vector<Trigger> triggers, const TriggeredStyle& style,
                    const ByteSet& alphabet);

  // Errors: unsupported, where a text around calls can't be written with the alphabet.
  Status check_alphabet() const;

  Place place(StateId state) const;

  StateId start() const override { return start_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  bool accepts(StateId state) const override;
  Result<StateId> alike(StateId state) override;
  std::vector<StateId> parts(StateId state) override;
  bool is_loose(StateId state) const override;
  bool needs_proof(StateId state) const override;
  Result<std::optional<FreeText>> free_text(StateId state, FreeTextMasks& texts) override;
  void mark() override;
  void forget() override;

 private:
  enum class Phase : std::uint32_t { dead, text, trigger, head, call, closing, done };
  struct At {
    Phase phase = Phase::dead;
    std::uint32_t calls = 0;  // begun so far
    std::uint32_t which = 0;  // call, closing: which; head: the first that begins so
    std::uint32_t at = 0;     // text, trigger: the search's node; call: the inner state; head,
                              // closing: bytes written
    std::uint32_t more = 0;   // text: Utf8State; trigger: white space before it; head: whether
                              // behind `open`; closing: which texts it may be
    auto operator<=>(const At&) const = default;
  };
  // One behind a trigger, and the texts around it.
  struct Call {
    std::size_t trigger;
    std::string first, later;  // head behind the trigger, behind a separator
    std::unique_ptr<Language> inner;
    std::string end, separator;  // behind the tail; separator: empty where there is none
  };

  At begun(std::size_t trigger, std::uint32_t calls) const;
  At behind_call(std::uint32_t calls) const;
  At step_text(At at, std::uint8_t byte) const;
  At step_trigger(At at, std::uint8_t byte) const;
  At step_head(const At& at, std::uint8_t byte) const;
  Result<At> step_call(At at, std::uint8_t byte);
  At step_closing(At at, std::uint8_t byte) const;
  At step_around(const At& at, std::uint8_t byte) const;
  bool can_write(Utf8State state) const { return writable_[static_cast<std::size_t>(state)]; }
  StateId with_inner(At at, StateId inner);
  const At* call_at(StateId state) const;
  Language& inner(const At& at) const { return *calls_[at.which].inner; }

  const TriggeredStyle style_;
  const ByteSet alphabet_;
  std::vector<std::string> begins_;  // of triggers
  const TriggerSearch search_;
  std::vector<Call> calls_;            // those of a trigger together
  std::vector<std::uint32_t> firsts_;  // by trigger: its first call
  std::array<bool, 9> writable_ = {};  // by Utf8State: a character can be ended from there
  Interner<At> states_;
  StateId start_ = kDead;
  std::size_t marked_ = 0;
};

}  // namespace ashlar::grammar
