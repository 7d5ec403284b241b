#include "grammar/triggered_language.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ashlar::grammar {
namespace {

constexpr auto kWhole = static_cast<std::uint32_t>(Utf8State::whole);
constexpr std::uint32_t kEnd = 1, kSeparator = 2;  // what a closing text may be

std::vector<SoughtText> sought(const std::vector<Trigger>& triggers) {
  std::vector<SoughtText> texts;
  for (const Trigger& each : triggers) texts.push_back({each.begin, each.first_only});
  return texts;
}

// By Utf8State: whether bytes of the alphabet lead to a character's end.
std::array<bool, 9> writable_states(const ByteSet& alphabet) {
  std::array<bool, 9> writable = {};
  writable[static_cast<std::size_t>(Utf8State::whole)] = true;
  for (std::size_t round = 0; round < writable.size(); ++round)
    for (std::size_t state = 2; state < writable.size(); ++state)
      for (unsigned byte = 0x80; byte < 0xC0; ++byte) {
        const auto to = utf8_next(static_cast<Utf8State>(state), static_cast<std::uint8_t>(byte));
        if (alphabet[byte] && writable[static_cast<std::size_t>(to)]) writable[state] = true;
      }
  return writable;
}

constexpr bool is_space(std::uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

}  // namespace

TriggeredLanguage::TriggeredLanguage(std::vector<Trigger> triggers, const TriggeredStyle& style,
                                     const ByteSet& alphabet)
    : style_(style),
      alphabet_(alphabet),
      search_(sought(triggers)),
      writable_(writable_states(alphabet)) {
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    Trigger& trigger = triggers[i];
    firsts_.push_back(static_cast<std::uint32_t>(calls_.size()));
    for (TriggeredCall& call : trigger.calls)
      calls_.push_back({i, trigger.open + call.head, call.head, std::move(call.inner),
                        call.tail + trigger.end,
                        trigger.separator.empty() ? "" : call.tail + trigger.separator});
    begins_.push_back(std::move(trigger.begin));
  }
  states_.id({});  // kDead
  start_ = states_.id(style_.text_first ? At{Phase::text, 0, 0, search_.first(), kWhole}
                                        : At{Phase::trigger, 0, 0, search_.first()});
}

Status TriggeredLanguage::check_alphabet() const {
  const auto check = [&](const std::string& text) -> Status {
    if (std::ranges::all_of(text, [&](char c) { return alphabet_[static_cast<std::uint8_t>(c)]; }))
      return {};
    return fail(ErrorKind::unsupported, "the vocabulary can't write '" + text + "'", "triggers",
                "choose another syntax of calls");
  };
  for (const std::string& begin : begins_) ASHLAR_TRY(check(begin));
  for (const Call& call : calls_)
    for (const std::string* text : {&call.first, &call.end, &call.separator})
      ASHLAR_TRY(check(*text));
  return {};
}

Place TriggeredLanguage::place(StateId state) const {
  const At& at = states_[state];
  Place place{.part = Place::Part::mark, .calls = at.calls};
  if (at.phase == Phase::text) {
    place.part = Place::Part::text;
    if (at.calls < style_.most_calls) place.pending = search_.pending(at.at);
  } else if (at.phase == Phase::call) {
    place.part = Place::Part::call;
    place.which = at.which;
    place.closes = !calls_[at.which].end.empty();
  } else if (at.phase == Phase::head && at.at == 0 && at.more != 0) {
    place.pending = static_cast<std::uint32_t>(begins_[calls_[at.which].trigger].size());
  }
  return place;
}

// Behind a trigger.
TriggeredLanguage::At TriggeredLanguage::begun(std::size_t trigger, std::uint32_t calls) const {
  return {Phase::head, calls, firsts_[trigger], 0, 1};
}

TriggeredLanguage::At TriggeredLanguage::behind_call(std::uint32_t calls) const {
  if (style_.behind == Behind::text) return {Phase::text, calls, 0, search_.later(), kWhole};
  if (style_.behind == Behind::nothing || calls == style_.most_calls) return {Phase::done, calls};
  return {Phase::trigger, calls, 0, search_.later()};
}

TriggeredLanguage::At TriggeredLanguage::step_text(At at, std::uint8_t byte) const {
  const Utf8State utf8 = utf8_next(static_cast<Utf8State>(at.more), byte);
  if (!can_write(utf8)) return {};
  at.at = search_.next(at.at, byte);
  at.more = static_cast<std::uint32_t>(utf8);
  if (const auto found = search_.found(at.at))
    return at.calls < style_.most_calls ? begun(*found, at.calls + 1) : At{};
  const bool lacks_call = style_.required && at.calls == 0;
  return lacks_call && !search_.can_find(at.at) ? At{} : at;
}

// Nothing but a trigger, and between calls white space in front of it.
TriggeredLanguage::At TriggeredLanguage::step_trigger(At at, std::uint8_t byte) const {
  const TriggerSearch::NodeId to = search_.next(at.at, byte);
  if (const auto found = search_.found(to)) return begun(*found, at.calls + 1);
  if (search_.pending(to) == search_.pending(at.at) + 1) return {Phase::trigger, at.calls, 0, to};
  const bool may_space = at.calls > 0 && search_.pending(at.at) == 0 && at.more < kMostSpaces;
  if (!may_space || !is_space(byte)) return {};
  ++at.more;
  return at;
}

// Calls whose heads begin alike are one state until a byte tells them apart.
TriggeredLanguage::At TriggeredLanguage::step_head(const At& at, std::uint8_t byte) const {
  const auto head = [&](std::size_t i) -> const std::string& {
    return at.more != 0 ? calls_[i].first : calls_[i].later;
  };
  const std::string begun = head(at.which).substr(0, at.at) + static_cast<char>(byte);
  for (std::uint32_t i = at.which;
       i < calls_.size() && calls_[i].trigger == calls_[at.which].trigger; ++i) {
    if (!head(i).starts_with(begun)) continue;
    if (head(i).size() > begun.size()) return {Phase::head, at.calls, i, at.at + 1, at.more};
    return {Phase::call, at.calls, i, calls_[i].inner->start()};
  }
  return {};
}

TriggeredLanguage::At TriggeredLanguage::step_closing(At at, std::uint8_t byte) const {
  const Call& call = calls_[at.which];
  const auto goes_on = [&](std::uint32_t which, const std::string& text) {
    return (at.more & which) != 0 && at.at < text.size() &&
           static_cast<std::uint8_t>(text[at.at]) == byte;
  };
  at.more =
      (goes_on(kEnd, call.end) ? kEnd : 0) | (goes_on(kSeparator, call.separator) ? kSeparator : 0);
  ++at.at;
  if ((at.more & kEnd) != 0 && at.at == call.end.size()) return behind_call(at.calls);
  if ((at.more & kSeparator) != 0 && at.at == call.separator.size())
    return {Phase::head, at.calls + 1, firsts_[call.trigger], 0, 0};
  return at.more == 0 ? At{} : at;
}

TriggeredLanguage::At TriggeredLanguage::step_around(const At& at, std::uint8_t byte) const {
  switch (at.phase) {
    case Phase::text: return step_text(at, byte);
    case Phase::trigger: return step_trigger(at, byte);
    case Phase::head: return step_head(at, byte);
    case Phase::closing: return step_closing(at, byte);
    default: return {};
  }
}

Result<TriggeredLanguage::At> TriggeredLanguage::step_call(At at, std::uint8_t byte) {
  ASHLAR_ASSIGN(const StateId to, inner(at).next(at.at, byte));
  if (to != kDead) {
    at.at = to;
    return at;
  }
  if (!inner(at).accepts(at.at)) return At{};
  if (calls_[at.which].end.empty()) return step_around(behind_call(at.calls), byte);
  const std::uint32_t closings = kEnd | (at.calls < style_.most_calls ? kSeparator : 0);
  return step_closing({Phase::closing, at.calls, at.which, 0, closings}, byte);
}

Result<StateId> TriggeredLanguage::next(StateId state, std::uint8_t byte) {
  const At at = states_[state];
  if (at.phase != Phase::call) return states_.id(step_around(at, byte));
  ASHLAR_ASSIGN(const At to, step_call(at, byte));
  return states_.id(to);
}

bool TriggeredLanguage::accepts(StateId state) const {
  const At& at = states_[state];
  if (style_.required && at.calls == 0) return false;
  switch (at.phase) {
    case Phase::text: return at.more == kWhole;
    case Phase::trigger: return at.calls > 0 && search_.pending(at.at) == 0;
    case Phase::call: return calls_[at.which].end.empty() && inner(at).accepts(at.at);
    default: return at.phase == Phase::done;
  }
}

// Where their number has no limit, a call is like those before it.
Result<StateId> TriggeredLanguage::alike(StateId state) {
  At at = states_[state];
  if (style_.most_calls == TriggeredStyle().most_calls)
    at.calls = std::min(at.calls, at.phase == Phase::text && !style_.required ? 0u : 1u);
  if (at.phase == Phase::call) {
    ASHLAR_ASSIGN(at.at, inner(at).alike(at.at));
  }
  return states_.id(at);
}

const TriggeredLanguage::At* TriggeredLanguage::call_at(StateId state) const {
  const At& at = states_[state];
  return at.phase == Phase::call ? &at : nullptr;
}

StateId TriggeredLanguage::with_inner(At at, StateId inner) {
  if (inner == kDead) return kDead;
  at.at = inner;
  return states_.id(at);
}

std::vector<StateId> TriggeredLanguage::parts(StateId state) {
  const At at = states_[state];
  if (at.phase != Phase::call) return {};
  std::vector<StateId> parts = inner(at).parts(at.at);
  for (StateId& part : parts) part = with_inner(at, part);
  return parts;
}

bool TriggeredLanguage::is_loose(StateId state) const {
  const At* at = call_at(state);
  return at && inner(*at).is_loose(at->at);
}

bool TriggeredLanguage::needs_proof(StateId state) const {
  const At* at = call_at(state);
  return at && inner(*at).needs_proof(at->at);
}

Result<std::optional<FreeText>> TriggeredLanguage::free_text(StateId state, FreeTextMasks& texts) {
  const At at = states_[state];
  if (at.phase != Phase::call) return std::nullopt;
  ASHLAR_ASSIGN(auto text, inner(at).free_text(at.at, texts));
  if (!text) return std::nullopt;
  text->behind = with_inner(at, text->behind);
  for (StateId& behind : text->behinds) behind = with_inner(at, behind);
  return text;
}

void TriggeredLanguage::mark() {
  marked_ = states_.size();
  for (const Call& each : calls_) each.inner->mark();
}

void TriggeredLanguage::forget() {
  states_.shrink(marked_);
  for (const Call& each : calls_) each.inner->forget();
}

}  // namespace ashlar::grammar
