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
  const Part from = place_.part;
  const bool inside = from == Part::call && to.part == Part::call;
  if (!inside) end_call(pieces);
  place_ = to;
  if (inside) {
    add(pieces, {Kind::call, to.calls - 1, to.which, std::string(1, byte)});
  } else if (to.part == Part::call) {
    add(pieces, {Kind::begin, to.calls - 1, to.which});
  } else if (to.part == Part::text && from != Part::mark) {
    held_ += byte;
    if (const std::size_t sure = held_.size() - to.pending; sure > 0) {
      add(pieces, {.bytes = held_.substr(0, sure)});
      held_.erase(0, sure);
    }
  } else {
    held_.clear();  // it was a trigger's
  }
}

void CallReader::end_call(std::vector<AnswerPiece>& pieces) {
  if (place_.part == Part::call) add(pieces, {Kind::end, place_.calls - 1, place_.which});
}

void CallReader::finish(std::vector<AnswerPiece>& pieces) {
  end_call(pieces);
  if (!held_.empty()) add(pieces, {.bytes = std::exchange(held_, {})});
}

}  // namespace ashlar::grammar
