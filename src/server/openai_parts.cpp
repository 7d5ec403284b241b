#include "server/openai_parts.h"

#include <utility>

namespace ashlar::server {

using base::Json;
using Kind = llm::AnswerPart::Kind;

const Json& member_or_null(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_or_empty(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

void OpenAiParts::end_call(std::vector<llm::AnswerPart>& parts) {
  if (std::exchange(index_, std::nullopt)) parts.push_back({Kind::end, calls_ - 1});
}

void OpenAiParts::read_call(const Json& call, std::size_t position,
                            std::vector<llm::AnswerPart>& parts) {
  const Json& given = member_or_null(call, "index");
  const std::size_t index = given.is_number_unsigned() ? given.get<std::size_t>() : position;
  const Json& function = member_or_null(call, "function");
  if (index_ != index) {
    std::string name = text_or_empty(member_or_null(function, "name"));
    if (name.empty()) return;
    end_call(parts);
    index_ = index;
    parts.push_back(
        {Kind::begin, calls_++, std::move(name), text_or_empty(member_or_null(call, "id"))});
  }
  std::string arguments = text_or_empty(member_or_null(function, "arguments"));
  if (!arguments.empty()) parts.push_back({Kind::arguments, calls_ - 1, std::move(arguments)});
}

// A whole answer has its message where an event has a delta.
std::vector<llm::AnswerPart> OpenAiParts::read(const Json& choice) {
  std::vector<llm::AnswerPart> parts;
  std::string text = text_or_empty(member_or_null(choice, "text"));
  for (const char* holder : {"message", "delta"})
    text += text_or_empty(member_or_null(member_or_null(choice, holder), "content"));
  if (!text.empty()) parts.push_back({.text = std::move(text)});
  for (const char* holder : {"message", "delta"}) {
    const Json& calls = member_or_null(member_or_null(choice, holder), "tool_calls");
    if (!calls.is_array()) continue;
    for (std::size_t i = 0; i < calls.size(); ++i) read_call(calls[i], i, parts);
  }
  return parts;
}

std::vector<llm::AnswerPart> OpenAiParts::finish() {
  std::vector<llm::AnswerPart> parts;
  end_call(parts);
  return parts;
}

}  // namespace ashlar::server
