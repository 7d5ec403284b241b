#include "grammar/schema_language.h"

#include <fmt/format.h>

#include <algorithm>

#include "grammar/schema_states.h"

namespace ashlar::grammar {

Status SchemaLanguage::open() {
  const ClaimsId root = space_.root();
  ASHLAR_ASSIGN(const bool possible, space_.is_possible(root));
  if (!possible)
    return fail(ErrorKind::bad_input, "no value meets the schema: what it asks contradicts itself",
                "", "ask for less");
  // In front of the first token there is no white space.
  const FrameId value = frames_.id({.kind = FrameKind::value, .a = root, .c = kMostWhiteSpace});
  start_ = states_.id({{value, 0}});
  return {};
}

bool SchemaLanguage::accepts(StateId state) const {
  return std::ranges::any_of(states_[state], [&](const Thread& thread) {
    const Frame& frame = frames_[thread.frame];
    if (frame.kind == FrameKind::end) return true;
    return frame.kind == FrameKind::number && frames_[frame.parent].kind == FrameKind::end &&
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

Status SchemaLanguage::hold_memory() const {
  constexpr std::size_t kEach = 160, kEachStep = 40;  // bytes, about
  const std::size_t things =
      states_.size() + frames_.size() + records_.size() + number_texts_.size();
  if (things * kEach + next_.size() * kEachStep <= kMostSchemaMemory) return {};
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

std::string SchemaLanguage::record_from(RecordId record, std::uint32_t begin) const {
  std::string text;
  for (; records_[record].length > begin; record = records_[record].before)
    text += static_cast<char>(records_[record].byte);
  std::ranges::reverse(text);
  return text;
}

Result<std::unique_ptr<Language>> schema_language(Schema schema, const SchemaStyle& style) {
  auto language = std::make_unique<SchemaLanguage>(std::move(schema), style);
  ASHLAR_TRY(language->open());
  return language;
}

}  // namespace ashlar::grammar
