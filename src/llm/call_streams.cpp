#include "llm/call_streams.h"

#include <utility>

namespace ashlar::llm {

namespace {

bool is_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

}  // namespace

using Kind = AnswerPart::Kind;

void AnswerMessage::add(const AnswerPart& part) {
  switch (part.kind) {
    case Kind::text: text += part.text; break;
    case Kind::begin:
      calls.push_back({.name = part.text, .arguments = {}});
      if (!part.id.empty()) calls.back().id = part.id;
      break;
    case Kind::arguments: calls.back().arguments += part.text; break;
    case Kind::end: break;
  }
}

CallStreams::CallStreams(std::unique_ptr<grammar::TriggeredLanguage> language,
                         std::vector<std::string> names)
    : language_(std::move(language)), names_(std::move(names)) {}

std::vector<AnswerPart> CallStreams::parts_of(Stream& stream,
                                              std::vector<grammar::AnswerPiece> pieces) const {
  using Piece = grammar::AnswerPiece::Kind;
  std::vector<AnswerPart> parts;
  for (grammar::AnswerPiece& piece : pieces) {
    switch (piece.kind) {
      case Piece::text:
        stream.spaces += piece.bytes;
        if (stream.behind_call && is_space(stream.spaces)) break;
        stream.behind_call = false;
        parts.push_back({Kind::text, 0, std::exchange(stream.spaces, {})});
        break;
      case Piece::begin:
        stream.spaces.clear();
        stream.has_calls = true;
        stream.behind_call = false;
        parts.push_back({Kind::begin, piece.call, names_[piece.which]});
        break;
      case Piece::call:
        parts.push_back({Kind::arguments, piece.call, std::move(piece.bytes)});
        break;
      case Piece::end:
        stream.behind_call = true;
        parts.push_back({Kind::end, piece.call});
        break;
    }
  }
  return parts;
}

std::vector<AnswerPart> CallStreams::read(Stream& stream, std::string_view text) {
  std::vector<grammar::AnswerPiece> pieces;
  if (!stream.left) stream.left = !stream.reader.read(text, pieces).has_value();
  return parts_of(stream, std::move(pieces));
}

std::vector<AnswerPart> CallStreams::finish(Stream& stream) {
  std::vector<grammar::AnswerPiece> pieces;
  stream.reader.finish(pieces);
  return parts_of(stream, std::move(pieces));
}

std::vector<AnswerPart> CallStreams::read(std::uint32_t choice, std::string_view text) {
  const auto at = streams_.try_emplace(choice, Stream{grammar::CallReader(*language_)}).first;
  return read(at->second, text);
}

std::vector<AnswerPart> CallStreams::finish(std::uint32_t choice) {
  const auto at = streams_.find(choice);
  return at == streams_.end() ? std::vector<AnswerPart>() : finish(at->second);
}

bool CallStreams::has_calls(std::uint32_t choice) const {
  const auto at = streams_.find(choice);
  return at != streams_.end() && at->second.has_calls;
}

AnswerMessage CallStreams::message_of(std::string_view text) {
  Stream stream{grammar::CallReader(*language_)};
  AnswerMessage message;
  for (const AnswerPart& part : read(stream, text)) message.add(part);
  for (const AnswerPart& part : finish(stream)) message.add(part);
  return message;
}

}  // namespace ashlar::llm
