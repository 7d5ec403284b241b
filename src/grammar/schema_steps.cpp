// What a byte means where a value, a member or an item is being read.
#include <algorithm>

#include "grammar/json_reader.h"
#include "grammar/schema_states.h"

namespace ashlar::grammar {
namespace {

constexpr std::string_view kWords[] = {"null", "false", "true"};
constexpr Type kWordTypes[] = {Type::null, Type::no, Type::yes};

}  // namespace

Status SchemaLanguage::step(Thread thread, std::uint8_t byte, Threads& out) {
  const Frame frame = frames_[thread.frame];
  const RecordId record = thread.record == 0 ? 0 : recorded(thread.record, byte);
  switch (frame.kind) {
    case FrameKind::string: return step_text(frame, record, byte, out);
    case FrameKind::name: return step_name(frame, record, byte, out);
    case FrameKind::number: return step_number(frame, thread, byte, out);
    case FrameKind::word: {
      const std::string_view word = kWords[frame.a];
      if (static_cast<std::uint8_t>(word[frame.b]) != byte) return {};
      Frame next = frame;
      if (++next.b == word.size()) return complete(frame.parent, record, out);
      out.push_back({frames_.id(next), record});
      return {};
    }
    case FrameKind::end:
    case FrameKind::item: return {};
    default: break;
  }
  if (is_space(frame, byte)) {
    Frame next = frame;
    ++next.c;
    out.push_back({frames_.id(next), record});
    return {};
  }
  if (frame.kind == FrameKind::value) return begin_value(frame.parent, frame.a, byte, record, out);
  if (frame.kind == FrameKind::object) return step_object(frame, record, byte, out);
  if (frame.kind == FrameKind::array) return step_array(frame, thread.record, record, byte, out);
  if (byte == ':')
    out.push_back(
        {frames_.id({.kind = FrameKind::value, .parent = frame.parent, .a = frame.a}), record});
  return {};
}

Status SchemaLanguage::step_text(const Frame& frame, RecordId record, std::uint8_t byte,
                                 Threads& out) {
  if (texts_.closes(frame.a, byte)) {
    if (!texts_.language(frame.a).accepts(texts_.state(frame.a))) return {};
    return complete(frame.parent, record, out);
  }
  Frame next = frame;
  ASHLAR_ASSIGN(next.a, texts_.next(frame.a, byte));
  if (next.a == kNoText) return {};
  out.push_back({frames_.id(next), record});
  return {};
}

Status SchemaLanguage::step_name(const Frame& frame, RecordId record, std::uint8_t byte,
                                 Threads& out) {
  if (texts_.closes(frame.b, byte)) return end_name(frame, record, out);
  Frame next = frame;
  ASHLAR_ASSIGN(next.b, texts_.next(frame.b, byte));
  if (next.b == kNoText) return {};
  out.push_back({frames_.id(next), record});
  return {};
}

Status SchemaLanguage::end_name(const Frame& frame, RecordId record, Threads& out) {
  auto& names = static_cast<MemberNames&>(texts_.language(frame.b));
  const StateId state = texts_.state(frame.b);
  if (!names.accepts(state)) return {};
  ASHLAR_ASSIGN(const auto onward, names.onward(state));
  push_members(frame, onward, record, out);
  return {};
}

void SchemaLanguage::push_members(const Frame& name, const std::vector<Onward>& onward,
                                  RecordId record, Threads& out) {
  for (const Onward& way : onward) {
    const FrameId object =
        frames_.id({.kind = FrameKind::object, .parent = name.parent, .a = way.place, .b = kAfter});
    out.push_back(
        {frames_.id({.kind = FrameKind::colon, .parent = object, .a = way.claims}), record});
  }
}

// A number ends where a byte doesn't go on with it; that byte belongs to what is around it.
Status SchemaLanguage::step_number(const Frame& frame, Thread thread, std::uint8_t byte,
                                   Threads& out) {
  const NumberRule& rule = *number_rules_[frame.a];
  const std::string& text = number_texts_[frame.b];
  if (auto kept = rule.kept(text + static_cast<char>(byte))) {
    Frame next = frame;
    next.b = number_texts_.id(std::move(*kept));
    out.push_back({frames_.id(next), thread.record == 0 ? 0 : recorded(thread.record, byte)});
    return {};
  }
  if (!rule.accepts(text)) return {};
  Threads around;
  ASHLAR_TRY(complete(frame.parent, thread.record, around));
  for (const Thread& each : around) ASHLAR_TRY(step(each, byte, out));
  return {};
}

Result<bool> SchemaLanguage::has_name(PlaceId place) {
  ASHLAR_ASSIGN(MemberNames * names, space_.objects().names(place));
  return names->start() != kDead;
}

Status SchemaLanguage::step_object(const Frame& frame, RecordId record, std::uint8_t byte,
                                   Threads& out) {
  if (byte == '}' && frame.b != kNext) {
    if (!space_.objects().can_end(frame.a)) return {};
    return complete(frame.parent, record, out);
  }
  if (byte == ',' && frame.b == kAfter) {
    ASHLAR_ASSIGN(const bool more, has_name(frame.a));
    if (more)
      out.push_back(
          {frames_.id(
               {.kind = FrameKind::object, .parent = frame.parent, .a = frame.a, .b = kNext}),
           record});
    return {};
  }
  if (byte != '"' || frame.b == kAfter) return {};
  ASHLAR_ASSIGN(MemberNames * names, space_.objects().names(frame.a));
  if (names->start() == kDead) return {};
  out.push_back({frames_.id({.kind = FrameKind::name,
                             .parent = frame.parent,
                             .a = frame.a,
                             .b = texts_.open(*names)}),
                 record});
  return {};
}

Status SchemaLanguage::step_array(const Frame& frame, RecordId before, RecordId record,
                                  std::uint8_t byte, Threads& out) {
  if (byte == ']' && frame.b != kNext) {
    if (!space_.arrays().can_end(frame.a)) return {};
    return complete(frame.parent, record, out);
  }
  if (frame.b == kAfter) {
    if (byte != ',') return {};
    ASHLAR_ASSIGN(const auto* onward, space_.arrays().onward(frame.a));
    if (!onward->empty())
      out.push_back({frames_.id({.kind = FrameKind::array,
                                 .parent = frame.parent,
                                 .a = frame.a,
                                 .b = kNext,
                                 .c = (frame.c & (kUnkept | kUnproven)) != 0 ? kUnproven : 0}),
                     record});
    return {};
  }
  return begin_item(frame, byte, before, out);
}

Status SchemaLanguage::begin_item(const Frame& array, std::uint8_t byte, RecordId before,
                                  Threads& out) {
  ASHLAR_ASSIGN(const auto* onward, space_.arrays().onward(array.a));
  for (const Onward& way : std::vector<Onward>(*onward)) {
    const bool keeps = space_.arrays().keeps_items(way.place);
    const Frame parent{.kind = keeps ? FrameKind::item : FrameKind::array,
                       .parent = array.parent,
                       .a = way.place,
                       .b = keeps ? records_[before].length : std::uint32_t{kAfter},
                       .c = array.c & kUnproven};
    const RecordId record = keeps || before != 0 ? recorded(before, byte) : 0;
    ASHLAR_TRY(begin_value(frames_.id(parent), way.claims, byte, record, out));
  }
  return {};
}

Status SchemaLanguage::begin_value(FrameId parent, ClaimsId claims, std::uint8_t byte,
                                   RecordId record, Threads& out) {
  const auto add = [&](const Frame& frame) { out.push_back({frames_.id(frame), record}); };
  if (byte == '"') {
    ASHLAR_ASSIGN(const auto* rules, space_.texts(claims));
    for (const auto& rule : *rules)
      add({.kind = FrameKind::string, .parent = parent, .a = texts_.open(*rule)});
    return {};
  }
  if (byte == '{' || byte == '[') {
    const Type type = byte == '{' ? Type::object : Type::array;
    ASHLAR_ASSIGN(const auto* rules, space_.containers(claims, type));
    for (const RuleId rule : std::vector<RuleId>(*rules)) {
      auto possible =
          byte == '{' ? space_.objects().is_possible(rule) : space_.arrays().is_possible(rule);
      ASHLAR_TRY(possible);
      if (!*possible) continue;
      if (byte == '{')
        add({.kind = FrameKind::object, .parent = parent, .a = space_.objects().begin(rule)});
      else
        add({.kind = FrameKind::array, .parent = parent, .a = space_.arrays().begin(rule)});
    }
    return {};
  }
  for (std::uint32_t word = 0; word < std::size(kWords); ++word) {
    if (byte != static_cast<std::uint8_t>(kWords[word][0])) continue;
    ASHLAR_ASSIGN(const bool possible, space_.is_possible(claims, kWordTypes[word]));
    if (possible) add({.kind = FrameKind::word, .parent = parent, .a = word, .b = 1});
    return {};
  }
  return begin_number(parent, claims, byte, record, out);
}

Status SchemaLanguage::begin_number(FrameId parent, ClaimsId claims, std::uint8_t byte,
                                    RecordId record, Threads& out) {
  if (byte != '-' && (byte < '0' || byte > '9')) return {};
  ASHLAR_ASSIGN(const auto* rules, space_.numbers(claims));
  for (const auto& rule : *rules) {
    auto text = rule->kept(std::string(1, static_cast<char>(byte)));
    if (!text) continue;
    const auto [at, fresh] =
        number_rule_ids_.try_emplace(rule.get(), static_cast<std::uint32_t>(number_rules_.size()));
    if (fresh) number_rules_.push_back(rule);
    out.push_back({frames_.id({.kind = FrameKind::number,
                               .parent = parent,
                               .a = at->second,
                               .b = number_texts_.id(std::move(*text))}),
                   record});
  }
  return {};
}

// A value is whole; one that later items are held against is kept.
Status SchemaLanguage::complete(FrameId parent, RecordId record, Threads& out) {
  const Frame frame = frames_[parent];
  if (frame.kind != FrameKind::item || record == 0) {
    out.push_back({parent, record});
    return {};
  }
  ASHLAR_ASSIGN(const Value value, read_json(record_from(record, frame.b), "item"));
  const PlaceId place = space_.arrays().kept(frame.a, value);
  const Frame array{.kind = FrameKind::array,
                    .parent = frame.parent,
                    .a = place,
                    .b = kAfter,
                    .c = frame.c & kUnproven};
  out.push_back({frames_.id(array), frame.b == 0 ? 0 : record});
  return {};
}

}  // namespace ashlar::grammar
