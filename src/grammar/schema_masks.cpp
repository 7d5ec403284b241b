// What makes a schema's masks fast: states that stand for others, and strings told at once.
#include <algorithm>

#include "grammar/schema_states.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostRuled = 1'024;  // kept, of 16 kB or so each

ByteSet set_of(std::string_view bytes) {
  ByteSet set;
  for (const char byte : bytes) set.set(static_cast<std::uint8_t>(byte));
  return set;
}
const ByteSet kSpaces = set_of(" \n\t\r"), kBegins = set_of("\"{[tfn-0123456789"),
              kNumeric = set_of("0123456789+-.eE,]}");

}  // namespace

// Names are told apart only where something asks, and an item that would be kept isn't.
Result<StateId> SchemaLanguage::alike(StateId state) {
  Threads threads = states_[state];
  for (Thread& thread : threads) {
    if (thread.record != 0) thread = {loosened(thread.frame), 0};
    Frame frame = frames_[thread.frame];
    if (frame.kind != FrameKind::name) continue;
    ASHLAR_ASSIGN(MemberNames * names, space_.objects().names(frame.a, false));
    const auto& named = static_cast<const MemberNames&>(texts_.language(frame.b));
    if (&named == names) continue;
    ASHLAR_ASSIGN(const StateId at, names->state_like(named, texts_.state(frame.b)));
    frame.b = texts_.with(frame.b, *names, at);
    thread.frame = frames_.id(frame);
  }
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  return states_.id(std::move(threads));
}

ByteSet SchemaLanguage::next_bytes(StateId state) {
  ByteSet bytes;
  for (const Thread& thread : states_[state]) bytes |= bytes_of(frames_[thread.frame]);
  return bytes;
}

ByteSet SchemaLanguage::bytes_of(const Frame& frame) const {
  const ByteSet spaces = style_.white_space == WhiteSpace::compact ? ByteSet() : kSpaces;
  switch (frame.kind) {
    case FrameKind::end:
    case FrameKind::item: return {};
    case FrameKind::value: return kBegins | spaces;
    case FrameKind::word: return set_of("aeflnrstu");
    case FrameKind::colon: return set_of(":") | spaces;
    case FrameKind::number: return kNumeric | spaces;
    case FrameKind::object: return set_of("\"},") | spaces;
    case FrameKind::array: return kBegins | set_of("],") | spaces;
    case FrameKind::string:
    case FrameKind::name: break;
  }
  const TextId text = text_of(frame);
  if (texts_.spelling(text).phase != JsonSpelling::Phase::plain) return ByteSet().set();
  return texts_.language(text).next_bytes(texts_.state(text)) | set_of("\"\\");
}

FrameId SchemaLanguage::loosened(FrameId id) {
  Frame frame = frames_[id];
  if (frame.kind == FrameKind::end) return id;
  frame.parent = loosened(frame.parent);
  if (frame.kind == FrameKind::item) {
    frame.kind = FrameKind::array;
    frame.b = kAfter;
    frame.c = kUnkept;
  }
  return frames_.id(frame);
}

bool SchemaLanguage::has_flag(StateId state, std::uint32_t flag) const {
  return std::ranges::any_of(states_[state], [&](const Thread& thread) {
    for (const Frame* frame = &frames_[thread.frame]; frame->kind != FrameKind::end;
         frame = &frames_[frame->parent])
      if ((frame->kind == FrameKind::array || frame->kind == FrameKind::item) &&
          (frame->c & flag) != 0)
        return true;
    return false;
  });
}

// Of what several threads may read as strings, each is looked at alone.
std::vector<StateId> SchemaLanguage::parts(StateId state) {
  const Threads threads = states_[state];
  const auto reads = [&](const Thread& thread) {
    return text_of(frames_[thread.frame]) != kNoText;
  };
  if (threads.size() < 2 || !std::ranges::any_of(threads, reads)) return {};
  std::vector<StateId> parts;
  for (const Thread& thread : threads) parts.push_back(states_.id({thread}));
  return parts;
}

Result<std::optional<FreeText>> SchemaLanguage::free_text(StateId state, FreeTextMasks& texts) {
  const Threads threads = states_[state];
  const Frame frame = threads.empty() ? Frame{} : frames_[threads[0].frame];
  if (threads.size() != 1 || text_of(frame) == kNoText || threads[0].record != 0)
    return std::nullopt;
  FreeText text{.spelling = texts_.spelling(text_of(frame))};
  Threads behind;
  if (frame.kind == FrameKind::name) {
    ASHLAR_ASSIGN(const bool any, add_name(frame, text, behind));
    if (!any) {
      text.elsewhere.clear();
      ASHLAR_TRY(add_ruled_name(frame, texts, text));
      return text;
    }
  } else {
    ASHLAR_TRY(complete(frame.parent, 0, behind));
  }
  std::ranges::sort(behind);
  text.behind = states_.id(std::move(behind));
  std::ranges::sort(text.elsewhere);
  if (frame.kind == FrameKind::name) return text;
  const auto& rule = static_cast<const TextRule&>(texts_.language(frame.a));
  if (!rule.is_free()) {
    ASHLAR_TRY(add_ruled_string(frame, texts, text));
  } else if (rule.lengths()) {
    const StateId at = rule.lengths_at(texts_.state(frame.a));
    text.min = rule.lengths()->min_left(at);
    text.max = rule.lengths()->max_left(at);
  }
  return text;
}

// Found once for each state of the language, whatever the string is in.
Result<const RuledText*> SchemaLanguage::ruled(TextId text, FreeTextMasks& texts) {
  if (ruled_.size() > kMostRuled) ruled_.clear();
  RuledText& kept = ruled_[text];
  if (!kept.inside) {
    ASHLAR_ASSIGN(
        kept, ruled_text(texts_.language(text), texts_.state(text), texts_.spelling(text), texts));
  }
  return &kept;
}

Status SchemaLanguage::add_ruled_string(const Frame& frame, FreeTextMasks& texts, FreeText& text) {
  ASHLAR_ASSIGN(const RuledText* ruled, this->ruled(frame.a, texts));
  text.inside = ruled->inside;
  for (const StateId state : ruled->exits)
    text.behinds.push_back(state == kDead ? kDead : text.behind);
  return {};
}

// Where a name's value leads is told by the class of the name.
Status SchemaLanguage::add_ruled_name(const Frame& frame, FreeTextMasks& texts, FreeText& text) {
  ASHLAR_ASSIGN(const RuledText* ruled, this->ruled(frame.b, texts));
  text.inside = ruled->inside;
  auto& names = static_cast<MemberNames&>(texts_.language(frame.b));
  std::map<StateId, StateId> behinds = {{kDead, kDead}};  // by state of the name
  for (const StateId state : ruled->exits) {
    const auto [at, fresh] = behinds.try_emplace(state, kDead);
    if (fresh) {
      ASHLAR_ASSIGN(const auto onward, names.onward(state));
      Threads behind;
      push_members(frame, onward, 0, behind);
      std::ranges::sort(behind);
      at->second = behind.empty() ? kDead : states_.id(std::move(behind));
    }
    text.behinds.push_back(at->second);
  }
  return {};
}

void SchemaLanguage::mark() {
  marks_ = {states_.size(), frames_.size(), records_.size(), number_texts_.size()};
  made_.clear();
}

void SchemaLanguage::forget() {
  constexpr std::size_t kFew = 4'096;
  if (made_.size() < kFew) return;
  for (const std::uint64_t key : made_) next_.erase(key);
  made_.clear();
  states_.shrink(marks_.states);
  frames_.shrink(marks_.frames);
  records_.shrink(marks_.records);
  number_texts_.shrink(marks_.numbers);
}

// Names that the rules know lead to their own members.
Result<bool> SchemaLanguage::add_name(const Frame& frame, FreeText& text, Threads& behind) {
  const auto& names = static_cast<const MemberNames&>(texts_.language(frame.b));
  const auto known = names.others(texts_.state(frame.b));
  const bool plain = text.spelling.phase == JsonSpelling::Phase::plain;
  if (!plain && !known.empty()) return false;
  text.elsewhere.insert(text.elsewhere.end(), known.begin(), known.end());
  ASHLAR_ASSIGN(const bool any, space_.objects().takes_any_name(frame.a));
  if (!any) return false;
  ASHLAR_ASSIGN(const auto onward, space_.objects().onward_unnamed(frame.a, {}));
  push_members(frame, onward, 0, behind);
  return true;
}

}  // namespace ashlar::grammar
