#include "grammar/schema_language.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/array_rules.h"
#include "grammar/json_reader.h"
#include "grammar/json_text.h"
#include "grammar/member_names.h"
#include "grammar/object_rules.h"
#include "grammar/ruled_text.h"
#include "grammar/value_space.h"

namespace ashlar::grammar {
namespace {

using FrameId = std::uint32_t;
using RecordId = std::uint32_t;

constexpr std::size_t kMostRuled = 1'024;  // kept, of 16 kB or so each

constexpr std::string_view kWords[] = {"null", "false", "true"};
constexpr Type kWordTypes[] = {Type::null, Type::no, Type::yes};

enum class Kind : std::uint8_t {
  end,
  value,
  word,
  string,
  name,
  colon,
  number,
  object,
  array,
  item
};
// Where an object or an array is: behind its bracket, behind a member or item, behind a comma.
enum Phase : std::uint32_t { kOpen, kAfter, kNext };

// What is being written, inside of what; `parent` goes on when it is whole.
struct Frame {
  Kind kind = Kind::end;
  FrameId parent = 0;
  std::uint32_t a = 0;  // value, colon: ClaimsId; word: which; object, array, item, name: PlaceId;
                        // string: TextId; number: its rule
  std::uint32_t b = 0;  // word: bytes written; name: TextId; number: its text; object, array:
                        // Phase; item: bytes recorded before it
  std::uint32_t c = 0;  // value, colon, object, array: white space written; string, name: TextId of
                        // the same bytes as any text
  auto operator<=>(const Frame&) const = default;
};

// In `c`, of an array's frame: its last item is not among those kept; and a later one begun since.
constexpr std::uint32_t kUnkept = 1u << 30, kUnproven = 1u << 31;

// One way to read what was written. States are sets of them.
struct Thread {
  FrameId frame = 0;
  RecordId record = 0;  // what was written of the outermost item that is kept
  auto operator<=>(const Thread&) const = default;
};
using Threads = std::vector<Thread>;

// A byte behind others; 0 is none.
struct Record {
  RecordId before = 0;
  std::uint8_t byte = 0;
  std::uint32_t length = 0;
  auto operator<=>(const Record&) const = default;
};

class SchemaLanguage : public Language {
 public:
  SchemaLanguage(Schema schema, const SchemaStyle& style)
      : space_(std::move(schema), style.order), style_(style) {
    frames_.id({});  // the end
    records_.id({});
    number_texts_.id("");
    states_.id({});  // kDead
  }

  Status open();
  StateId start() const override { return start_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  bool accepts(StateId state) const override;
  Result<StateId> alike(StateId state) override;
  bool is_loose(StateId state) const override { return has_flag(state, kUnkept); }
  bool needs_proof(StateId state) const override { return has_flag(state, kUnproven); }
  Result<std::optional<FreeText>> free_text(StateId state, FreeTextMasks& texts) override;
  void mark() override;
  void forget() override;

 private:
  TextId text_of(const Frame& frame) const {
    return frame.kind == Kind::name ? frame.b : frame.kind == Kind::string ? frame.a : kNoText;
  }
  bool has_flag(StateId state, std::uint32_t flag) const;
  FrameId loosened(FrameId frame);
  Result<bool> add_string(const Frame& frame, FreeText& text, Threads& behind);
  Status add_ruled(const Frame& frame, TextRule& rule, FreeTextMasks& texts, FreeText& text);
  Result<bool> add_name(const Frame& frame, FreeText& text, Threads& behind);
  Status step(Thread thread, std::uint8_t byte, Threads& out);
  Status step_text(const Frame& frame, RecordId record, std::uint8_t byte, Threads& out);
  Status step_name(const Frame& frame, RecordId record, std::uint8_t byte, Threads& out);
  Status end_name(const Frame& frame, RecordId record, Threads& out);
  void push_members(const Frame& name, const std::vector<Onward>& onward, RecordId record,
                    Threads& out);
  Status step_number(const Frame& frame, Thread thread, std::uint8_t byte, Threads& out);
  Status step_object(const Frame& frame, RecordId record, std::uint8_t byte, Threads& out);
  Status step_array(const Frame& frame, RecordId before, RecordId record, std::uint8_t byte,
                    Threads& out);
  Status begin_value(FrameId parent, ClaimsId claims, std::uint8_t byte, RecordId record,
                     Threads& out);
  Status begin_number(FrameId parent, ClaimsId claims, std::uint8_t byte, RecordId record,
                      Threads& out);
  Status begin_item(const Frame& array, std::uint8_t byte, RecordId before, Threads& out);
  Status complete(FrameId parent, RecordId record, Threads& out);
  Result<bool> has_name(PlaceId place);

  bool is_space(const Frame& frame, std::uint8_t byte) const;
  RecordId recorded(RecordId before, std::uint8_t byte) {
    return records_.id({before, byte, records_[before].length + 1});
  }
  std::string record_from(RecordId record, std::uint32_t begin) const;
  Status hold_memory() const;

  ValueSpace space_;
  const SchemaStyle style_;
  JsonText texts_;
  Interner<Frame> frames_;
  Interner<Record> records_;
  std::vector<std::shared_ptr<NumberRule>> number_rules_;
  std::unordered_map<const NumberRule*, std::uint32_t> number_rule_ids_;
  Interner<std::string> number_texts_;
  Interner<Threads> states_;
  std::unordered_map<std::uint64_t, StateId> next_;  // by state and byte
  StateId start_ = kDead;
  struct Marks {
    std::size_t states = 0, frames = 0, records = 0, numbers = 0;
  };
  Marks marks_;                      // sizes where marked
  std::vector<std::uint64_t> made_;  // of next_ since then
  std::map<TextId, RuledText> ruled_;
};

Status SchemaLanguage::open() {
  const ClaimsId root = space_.root();
  ASHLAR_ASSIGN(const bool possible, space_.is_possible(root));
  if (!possible)
    return fail(ErrorKind::bad_input, "no value meets the schema: what it asks contradicts itself",
                "", "ask for less");
  // In front of the first token there is no white space.
  const FrameId value = frames_.id({.kind = Kind::value, .a = root, .c = kMostWhiteSpace});
  start_ = states_.id({{value, 0}});
  return {};
}

bool SchemaLanguage::accepts(StateId state) const {
  return std::ranges::any_of(states_[state], [&](const Thread& thread) {
    const Frame& frame = frames_[thread.frame];
    if (frame.kind == Kind::end) return true;
    return frame.kind == Kind::number && frames_[frame.parent].kind == Kind::end &&
           number_rules_[frame.a]->accepts(number_texts_[frame.b]);
  });
}

Result<StateId> SchemaLanguage::next(StateId state, std::uint8_t byte) {
  const auto key = std::uint64_t{state} << 8 | byte;
  if (const auto known = next_.find(key); known != next_.end()) return known->second;
  Threads out;
  for (const Thread& thread : states_[state]) ASHLAR_TRY(step(thread, byte, out));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  ASHLAR_TRY(hold_memory());
  made_.push_back(key);
  return next_[key] = states_.id(std::move(out));
}

// Names are told apart only where something asks, and an item that would be kept isn't.
Result<StateId> SchemaLanguage::alike(StateId state) {
  Threads threads = states_[state];
  for (Thread& thread : threads) {
    if (thread.record != 0) thread = {loosened(thread.frame), 0};
    Frame frame = frames_[thread.frame];
    if (frame.kind != Kind::name) continue;
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

FrameId SchemaLanguage::loosened(FrameId id) {
  Frame frame = frames_[id];
  if (frame.kind == Kind::end) return id;
  frame.parent = loosened(frame.parent);
  if (frame.kind == Kind::item) {
    frame.kind = Kind::array;
    frame.b = kAfter;
    frame.c = kUnkept;
  }
  return frames_.id(frame);
}

bool SchemaLanguage::has_flag(StateId state, std::uint32_t flag) const {
  return std::ranges::any_of(states_[state], [&](const Thread& thread) {
    for (const Frame* frame = &frames_[thread.frame]; frame->kind != Kind::end;
         frame = &frames_[frame->parent])
      if (frame->kind == Kind::array && (frame->c & flag) != 0) return true;
    return false;
  });
}

// Of threads that read one string, those whose text is free tell what may come, and the rest must
// be few names.
Result<std::optional<FreeText>> SchemaLanguage::free_text(StateId state, FreeTextMasks& texts) {
  const Threads threads = states_[state];
  FreeText text;
  Threads behind;
  bool free = false;
  for (const Thread& thread : threads) {
    const Frame frame = frames_[thread.frame];
    const TextId id = text_of(frame);
    if (id == kNoText || thread.record != 0) return std::nullopt;
    text.spelling = texts_.spelling(id);
    const bool name = frame.kind == Kind::name;
    if (free && !name) return std::nullopt;  // one string besides: its lengths are its own
    ASHLAR_ASSIGN(const bool known,
                  name ? add_name(frame, text, behind) : add_string(frame, text, behind));
    if (!known && (name || threads.size() > 1)) return std::nullopt;
    free = true;
    if (known) continue;
    auto& rule = static_cast<TextRule&>(texts_.language(frame.a));
    ASHLAR_TRY(complete(frame.parent, 0, behind));
    ASHLAR_TRY(add_ruled(frame, rule, texts, text));
  }
  if (behind.empty()) return std::nullopt;  // names alone, all known: they are few
  std::ranges::sort(behind);
  behind.erase(std::unique(behind.begin(), behind.end()), behind.end());
  text.behind = states_.id(std::move(behind));
  std::ranges::sort(text.elsewhere);
  return text;
}

Status SchemaLanguage::add_ruled(const Frame& frame, TextRule& rule, FreeTextMasks& texts,
                                 FreeText& text) {
  auto& kept = ruled_[frame.a];
  if (!kept.inside) {
    ASHLAR_ASSIGN(kept, ruled_text(rule, texts_.state(frame.a), text.spelling, texts));
    if (ruled_.size() > kMostRuled) {
      const RuledText made = kept;
      ruled_.clear();
      ruled_[frame.a] = made;
    }
  }
  text.inside = ruled_[frame.a].inside;
  text.exits = ruled_[frame.a].exits;
  return {};
}

Result<bool> SchemaLanguage::add_string(const Frame& frame, FreeText& text, Threads& behind) {
  const auto* rule = dynamic_cast<const TextRule*>(&texts_.language(frame.a));
  if (!rule || !rule->is_free()) return false;
  if (rule->lengths()) {
    const StateId at = rule->lengths_at(texts_.state(frame.a));
    text.min = rule->lengths()->min_left(at);
    text.max = rule->lengths()->max_left(at);
  }
  ASHLAR_TRY(complete(frame.parent, 0, behind));
  return true;
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
  if (!any) return space_.objects().takes_known_names(frame.a);
  ASHLAR_ASSIGN(const auto onward, space_.objects().onward_unnamed(frame.a, {}));
  push_members(frame, onward, 0, behind);
  return true;
}

Status SchemaLanguage::hold_memory() const {
  constexpr std::size_t kEach = 160;  // of what is interned, about
  const std::size_t things =
      states_.size() + frames_.size() + records_.size() + next_.size() + number_texts_.size();
  if (things * kEach <= kMostSchemaMemory) return {};
  return fail(ErrorKind::too_large,
              fmt::format("the automaton of a schema takes over {} MiB", kMostSchemaMemory >> 20),
              "", "make the schema simpler, or the answer shorter");
}

bool SchemaLanguage::is_space(const Frame& frame, std::uint8_t byte) const {
  if (style_.white_space == WhiteSpace::compact ||
      (frame.c & ~(kUnkept | kUnproven)) >= kMostWhiteSpace)
    return false;
  return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

Status SchemaLanguage::step(Thread thread, std::uint8_t byte, Threads& out) {
  const Frame frame = frames_[thread.frame];
  const RecordId record = thread.record == 0 ? 0 : recorded(thread.record, byte);
  switch (frame.kind) {
    case Kind::string: return step_text(frame, record, byte, out);
    case Kind::name: return step_name(frame, record, byte, out);
    case Kind::number: return step_number(frame, thread, byte, out);
    case Kind::word: {
      const std::string_view word = kWords[frame.a];
      if (static_cast<std::uint8_t>(word[frame.b]) != byte) return {};
      Frame next = frame;
      if (++next.b == word.size()) return complete(frame.parent, record, out);
      out.push_back({frames_.id(next), record});
      return {};
    }
    case Kind::end:
    case Kind::item: return {};
    default: break;
  }
  if (is_space(frame, byte)) {
    Frame next = frame;
    ++next.c;
    out.push_back({frames_.id(next), record});
    return {};
  }
  if (frame.kind == Kind::value) return begin_value(frame.parent, frame.a, byte, record, out);
  if (frame.kind == Kind::object) return step_object(frame, record, byte, out);
  if (frame.kind == Kind::array) return step_array(frame, thread.record, record, byte, out);
  if (byte == ':')
    out.push_back(
        {frames_.id({.kind = Kind::value, .parent = frame.parent, .a = frame.a}), record});
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
        frames_.id({.kind = Kind::object, .parent = name.parent, .a = way.place, .b = kAfter});
    out.push_back({frames_.id({.kind = Kind::colon, .parent = object, .a = way.claims}), record});
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
          {frames_.id({.kind = Kind::object, .parent = frame.parent, .a = frame.a, .b = kNext}),
           record});
    return {};
  }
  if (byte != '"' || frame.b == kAfter) return {};
  ASHLAR_ASSIGN(MemberNames * names, space_.objects().names(frame.a));
  if (names->start() == kDead) return {};
  out.push_back(
      {frames_.id(
           {.kind = Kind::name, .parent = frame.parent, .a = frame.a, .b = texts_.open(*names)}),
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
      out.push_back({frames_.id({.kind = Kind::array,
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
    const Frame parent{.kind = keeps ? Kind::item : Kind::array,
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
      add({.kind = Kind::string, .parent = parent, .a = texts_.open(*rule)});
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
        add({.kind = Kind::object, .parent = parent, .a = space_.objects().begin(rule)});
      else
        add({.kind = Kind::array, .parent = parent, .a = space_.arrays().begin(rule)});
    }
    return {};
  }
  for (std::uint32_t word = 0; word < std::size(kWords); ++word) {
    if (byte != static_cast<std::uint8_t>(kWords[word][0])) continue;
    ASHLAR_ASSIGN(const bool possible, space_.is_possible(claims, kWordTypes[word]));
    if (possible) add({.kind = Kind::word, .parent = parent, .a = word, .b = 1});
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
    out.push_back({frames_.id({.kind = Kind::number,
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
  if (frame.kind != Kind::item || record == 0) {
    out.push_back({parent, record});
    return {};
  }
  ASHLAR_ASSIGN(const Value value, read_json(record_from(record, frame.b), "item"));
  const PlaceId place = space_.arrays().kept(frame.a, value);
  out.push_back({frames_.id({.kind = Kind::array, .parent = frame.parent, .a = place, .b = kAfter}),
                 frame.b == 0 ? 0 : record});
  return {};
}

std::string SchemaLanguage::record_from(RecordId record, std::uint32_t begin) const {
  std::string text;
  for (; records_[record].length > begin; record = records_[record].before)
    text += static_cast<char>(records_[record].byte);
  std::ranges::reverse(text);
  return text;
}

}  // namespace

Result<std::unique_ptr<Language>> schema_language(Schema schema, const SchemaStyle& style) {
  auto language = std::make_unique<SchemaLanguage>(std::move(schema), style);
  ASHLAR_TRY(language->open());
  return language;
}

}  // namespace ashlar::grammar
