#include "server/relay.h"

#include <utility>

#include "server/openai_json.h"

namespace ashlar::server {
namespace {

using base::Json;

std::uint64_t count(const Json& usage, std::string_view name) {
  const Json& number = member_or_null(usage, name);
  return number.is_number_unsigned() ? number.get<std::uint64_t>() : 0;
}

// OpenAI's error, or what there is.
Error error_of(unsigned status, const std::string& body) {
  const Json json = base::parse_json(body, "the upstream's answer").value_or(Json());
  const Json& error = member_or_null(json, "error");
  std::string message = text_or_empty(error.is_string() ? error : member_or_null(error, "message"));
  if (message.empty()) message = "the upstream answered " + std::to_string(status);
  return {status < 500 ? ErrorKind::bad_input : ErrorKind::exhausted, std::move(message),
          "upstream", ""};
}

}  // namespace

void PlainRelay::begin(const std::string& type) {
  call_->begin({{"content-type", type}, {"cache-control", "no-store"}}, std::string(kSseProbe));
}

void PlainRelay::piece(std::string bytes) {
  call_->exchange->write(std::move(bytes));
}

void PlainRelay::end() {
  call_->exchange->end();
}

// Its reader sees a stream without an end.
void PlainRelay::break_off(const Error& error) {
  call_->exchange->write(sse(error_body(Dialect::openai, 502, error, call_->id)));
}

void PlainRelay::whole(unsigned status, std::string type, std::string body) {
  call_->answer(net::Response{status, {{"content-type", std::move(type)}}, std::move(body)});
}

void ForeignRelay::begin(const std::string&) {
  if (streams_) open();
}

void ForeignRelay::piece(std::string bytes) {
  reader_.read(bytes, [this](std::string_view data) {
    if (const auto object = base::parse_json(data, "the upstream's answer")) take(*object);
  });
}

void ForeignRelay::take(const Json& object) {
  if (const Json& usage = member_or_null(object, "usage"); usage.is_object()) {
    relayed_.prompt_tokens = count(usage, "prompt_tokens");
    relayed_.completion_tokens = count(usage, "completion_tokens");
    relayed_.cached_tokens = count(member_or_null(usage, "prompt_tokens_details"), "cached_tokens");
  }
  if (member_or_null(object, "error").is_object() && !ended_) {
    ended_ = true;
    const Error error = error_of(502, base::write_json(object));
    return streams_ ? fail(error) : call_->fail(502, error);
  }
  const Json& choices = member_or_null(object, "choices");
  if (!choices.is_array() || choices.empty()) return;
  const Json& choice = choices.front();
  std::vector<llm::AnswerPart> parts = parts_.read(choice);
  const Json& logprobs = member_or_null(member_or_null(choice, "logprobs"), "content");
  if (const Json& reason = member_or_null(choice, "finish_reason"); reason.is_string()) {
    finished_ = true;
    relayed_.finish_reason = reason.get<std::string>();
    if (const Json& stop = member_or_null(choice, "stop_reason"); stop.is_string())
      relayed_.stop_string = stop.get<std::string>();
  }
  if (logprobs.is_array())
    for (const Json& token : logprobs) relayed_.logprobs.push_back(token);
  tell(parts, logprobs);
}

void ForeignRelay::tell(const std::vector<llm::AnswerPart>& parts, const Json& logprobs) {
  for (const llm::AnswerPart& part : parts) relayed_.message.add(part);
  if (streams_ && !ended_ && !parts.empty()) delta(parts, relayed_.message, logprobs);
}

void ForeignRelay::end() {
  if (ended_) return;
  if (!finished_)
    return break_off(
        Error{ErrorKind::io, "the upstream's answer broke off", "upstream", "ask again"});
  tell(parts_.finish(), nullptr);
  ended_ = true;
  finish(relayed_);
}

void ForeignRelay::break_off(const Error& error) {
  if (std::exchange(ended_, true)) return;
  if (streams_)
    fail(error);
  else
    call_->fail(502, error);
}

void ForeignRelay::whole(unsigned status, std::string, std::string body) {
  if (status != 200) return call_->fail(status, error_of(status, body));
  const auto object = base::parse_json(body, "the upstream's answer");
  if (!object || !member_or_null(*object, "choices").is_array())
    return call_->fail(502, Error{ErrorKind::io, "the upstream's answer is none of OpenAI's",
                                  "upstream", "see that its address ends in /v1"});
  if (streams_) open();
  take(*object);
  end();
}

}  // namespace ashlar::server
