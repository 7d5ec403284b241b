// The states of a schema's language: how each value that was begun is being read
// (schema_language.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammar/array_rules.h"
#include "grammar/json_text.h"
#include "grammar/member_names.h"
#include "grammar/object_rules.h"
#include "grammar/ruled_text.h"
#include "grammar/schema_language.h"
#include "grammar/value_space.h"

namespace ashlar::grammar {

using FrameId = std::uint32_t;
using RecordId = std::uint32_t;

enum class FrameKind : std::uint32_t {
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
enum ContainerPhase : std::uint32_t { kOpen, kAfter, kNext };

// What is being written, inside of what; `parent` goes on when it is whole.
struct Frame {
  FrameKind kind = FrameKind::end;
  FrameId parent = 0;
  std::uint32_t a = 0;  // value, colon: ClaimsId; word: which; object, array, item, name: PlaceId;
                        // string: TextId; number: its rule
  std::uint32_t b = 0;  // word: bytes written; name: TextId; number: its text; object, array:
                        // Phase; item: bytes recorded before it
  std::uint32_t c = 0;  // value, colon, object, array: white space written
  auto operator<=>(const Frame&) const = default;
};

// In `c`, of an array's frame: its last item is not among those kept; and a later one begun since.
inline constexpr std::uint32_t kUnkept = 1u << 30, kUnproven = 1u << 31;

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
  std::uint32_t byte = 0;
  std::uint32_t length = 0;
  auto operator<=>(const Record&) const = default;
};

class SchemaLanguage : public Language {
 public:
  SchemaLanguage(Schema schema, const SchemaStyle& style)
      : space_(std::move(schema), style.order),
        style_(style),
        texts_(style.escapes == Escapes::needed) {
    frames_.id({});  // the end
    records_.id({});
    number_texts_.id("");
    states_.id({});  // kDead
  }

  Status open();
  StateId start() const override { return start_; }
  Result<StateId> next(StateId state, std::uint8_t byte) override;
  bool accepts(StateId state) const override;
  ByteSet next_bytes(StateId state) override;
  Result<StateId> alike(StateId state) override;
  std::vector<StateId> parts(StateId state) override;
  bool is_loose(StateId state) const override { return has_flag(state, kUnkept); }
  bool needs_proof(StateId state) const override { return has_flag(state, kUnproven); }
  Result<std::optional<FreeText>> free_text(StateId state, FreeTextMasks& texts) override;
  void mark() override;
  void forget() override;

 private:
  TextId text_of(const Frame& frame) const {
    return frame.kind == FrameKind::name     ? frame.b
           : frame.kind == FrameKind::string ? frame.a
                                             : kNoText;
  }
  bool has_flag(StateId state, std::uint32_t flag) const;
  ByteSet bytes_of(const Frame& frame) const;
  FrameId loosened(FrameId frame);
  Result<const RuledText*> ruled(TextId text, FreeTextMasks& texts);
  Status add_ruled_string(const Frame& frame, FreeTextMasks& texts, FreeText& text);
  Status add_ruled_name(const Frame& frame, FreeTextMasks& texts, FreeText& text);
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

}  // namespace ashlar::grammar
