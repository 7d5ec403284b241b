// Answers that may call tools, as they come: what of each is text, and what are its calls.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/tool_calls.h"
#include "grammar/call_reader.h"
#include "grammar/triggered_language.h"

namespace ashlar::llm {

// A stretch of an answer.
struct AnswerPart {
  enum class Kind : std::uint8_t { text, begin, arguments, end } kind = Kind::text;
  std::uint32_t call = 0;  // begin, arguments, end: which, from 0 as they come
  std::string text = {};   // begin: the tool's name
  std::string id = {};     // begin: where calls are given ids
};

// An answer as the model meant it: what it says, and what it then calls.
struct AnswerMessage {
  std::string text;
  std::vector<chat::ToolCall> calls = {};  // the last may be cut off

  void add(const AnswerPart& part);
};

// Of one request, by one caller at a time.
class CallStreams {
 public:
  // `names`: of the tools that the language calls.
  CallStreams(std::unique_ptr<grammar::TriggeredLanguage> language, std::vector<std::string> names);

  // The parts that `text`, the next of that choice, makes whole. White space between calls, and
  // behind the last, is none.
  std::vector<AnswerPart> read(std::uint32_t choice, std::string_view text);
  // The choice has ended: what was held back.
  std::vector<AnswerPart> finish(std::uint32_t choice);

  // Whether that choice has begun one.
  bool has_calls(std::uint32_t choice) const;

  AnswerMessage message_of(std::string_view text);

 private:
  struct Stream {
    grammar::CallReader reader;
    bool left = false;  // the language: a character was cut in two where the answer ended
    bool has_calls = false, behind_call = false;
    std::string spaces = {};  // behind a call; no text unless more than that comes
  };
  std::vector<AnswerPart> read(Stream& stream, std::string_view text);
  std::vector<AnswerPart> finish(Stream& stream);
  std::vector<AnswerPart> parts_of(Stream& stream, std::vector<grammar::AnswerPiece> pieces) const;

  std::unique_ptr<grammar::TriggeredLanguage> language_;
  std::vector<std::string> names_;
  std::map<std::uint32_t, Stream> streams_;  // by choice
};

}  // namespace ashlar::llm
