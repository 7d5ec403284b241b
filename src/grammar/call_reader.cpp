#include "grammar/call_reader.h"

#include <utility>

namespace ashlar::grammar {
namespace {

using Kind = AnswerPiece::Kind;
using Part = Place::Part;

// Pieces of one kind that follow each other are one.
void add(std::vector<AnswerPiece>& pieces, AnswerPiece piece) {
  AnswerPiece* last = pieces.empty() ? nullptr : &pieces.back();
  if (last && last->kind == piece.kind && last->call == piece.call)
    last->bytes += piece.bytes;
  else
    pieces.push_back(std::move(piece));
}

}  // namespace

Status CallReader::read(std::string_view bytes, std::vector<AnswerPiece>& pieces) {
  for (const char byte : bytes) {
    ASHLAR_ASSIGN(state_, language_.next(state_, static_cast<std::uint8_t>(byte)));
    if (state_ == kDead)
      return fail(ErrorKind::internal, "a byte left the answer's language", "tools",
                  "please report this");
    step(language_.place(state_), byte, pieces);
  }
  return {};
}

void CallReader::step(const Place& to, char byte, std::vector<AnswerPiece>& pieces) {
  const Place from = std::exchange(place_, to);
  if (from.part == Part::call && to.part == Part::call) {
    add(pieces, {Kind::call, to.calls - 1, to.which, std::string(1, byte)});
    return;
  }
  end_call(from, pieces);
  if (to.part == Part::call) add(pieces, {Kind::begin, to.calls - 1, to.which});
  const bool behind_open_call = from.part == Part::call && !from.closes;
  if (from.part == Part::text || (behind_open_call && to.part == Part::text)) {
    held_ += byte;
    give(to.pending, pieces);
  }
  if (to.part != Part::text) held_.clear();  // it was the trigger's
}

// All that is held of the text but its last bytes.
void CallReader::give(std::size_t but, std::vector<AnswerPiece>& pieces) {
  const std::size_t sure = held_.size() - but;
  if (sure > 0) add(pieces, {.bytes = held_.substr(0, sure)});
  held_.erase(0, sure);
}

void CallReader::end_call(const Place& place, std::vector<AnswerPiece>& pieces) {
  if (place.part == Part::call) add(pieces, {Kind::end, place.calls - 1, place.which});
}

void CallReader::finish(std::vector<AnswerPiece>& pieces) {
  end_call(place_, pieces);
  give(0, pieces);
}

}  // namespace ashlar::grammar
